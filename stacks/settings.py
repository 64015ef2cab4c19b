"""Typed settings of one environment: what ``environments/<name>.toml`` may say, with its defaults and its limits.

Every description below is shown to the user when the value is refused, so it says what is allowed.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""What CloudWatch Logs accepts (PutRetentionPolicy in its API reference)."""


def _accepted_by_cloudwatch(days: int) -> int:
    if days not in LOG_RETENTION_DAYS:
        raise ValueError("CloudWatch Logs does not accept this number of days")
    return days


RetentionDays = Annotated[int, AfterValidator(_accepted_by_cloudwatch)]
Region = Annotated[str, Field(pattern=r"^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d$")]
FilteredWord = Annotated[str, Field(min_length=2, max_length=60, pattern=r"\S")]
TagKey = Annotated[str, Field(pattern=r"^[\w .:/=+@-]{1,128}$")]
TagValue = Annotated[str, Field(max_length=256)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StateSettings(_Section):
    """Where Terraform keeps this environment's state: one S3 bucket, one object per workspace."""

    bucket: str = Field(
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="name of the S3 bucket that holds the state: 3-63 of a-z, 0-9, '-' and '.'",
    )
    region: Region | None = Field(default=None, description="region of that bucket, where it is not the environment's")
    key: str = Field(
        default="chat/terraform.tfstate", pattern=r"^[^/].*[^/]$", description="object key below the workspace's folder"
    )
    workspace_key_prefix: str = Field(
        default="environments", pattern=r"^[^/].*[^/]$", description="folder that holds one folder per workspace"
    )
    kms_key_id: str | None = Field(
        default=None, min_length=1, description="ARN of a KMS key; without it S3 encrypts with its own key"
    )
    bootstrap: Literal["s3", "local", "none"] = Field(
        default="s3",
        description='where the stack state-<environment>, which makes the bucket, keeps its own state: "local" before '
        'there is a bucket, then "s3" for in that bucket; "none" for no such stack',
    )
    create_bucket: bool = Field(
        default=True,
        description="true or false: whether that stack makes the bucket; false where another environment's does",
    )


class GithubIds(_Section):
    """GitHub's numbers, which stay when a name changes hands."""

    owner: int = Field(ge=1)
    repository: int = Field(ge=1)


class GithubSettings(_Section):
    """The repository whose workflows may plan and apply; nothing is made for it without ``repository``."""

    repository: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$",
        description="the GitHub repository whose workflows may plan and apply, as owner/name",
    )
    repository_ids: GithubIds | None = Field(
        default=None,
        description="its numbers, for the immutable form of GitHub's sub claim: { owner = 42, repository = 4711 }",
    )
    accept_names: bool | None = Field(
        default=None, description="true or false: whether the form of names is accepted beside the numbers"
    )
    default_branch: str = Field(
        default="main", pattern=r"^[A-Za-z0-9._/-]+$", description="the branch that is deployed and watched for drift"
    )
    existing_provider_arn: str | None = Field(
        default=None,
        pattern=r"^arn:[a-z-]+:iam::\d{12}:oidc-provider/token\.actions\.githubusercontent\.com$",
        description="ARN of GitHub's OIDC provider where the account has one already",
    )
    permissions_boundary_arn: str | None = Field(
        default=None,
        pattern=r"^arn:[a-z-]+:iam::\d{12}:policy/.+$",
        description="ARN of the policy that bounds the roles, where the organization has one",
    )


class ApiSettings(_Section):
    """Limits and extras of the GraphQL API."""

    enable_introspection: bool = Field(default=False, description="true or false: whether clients may read the schema")
    query_depth_limit: int = Field(default=10, ge=1, le=75, description="deepest nesting of one operation: 1-75")
    resolver_count_limit: int = Field(
        default=500, ge=1, le=10_000, description="most resolvers one operation may run: 1-10000"
    )
    enable_api_key: bool = Field(default=False, description="true or false: whether an API key is made as well")
    api_key_expires: date | None = Field(
        default=None,
        description="day (UTC, written 2027-03-31) at whose start the API key ends; AppSync allows 365 days at most",
    )


class IdentitySettings(_Section):
    """Cognito: who may sign up, how strong passwords are and how long tokens live."""

    self_sign_up: bool = Field(default=True, description="true or false: whether people may sign up by themselves")
    deletion_protection: bool = Field(
        default=True, description="true or false: whether the user pool refuses to be deleted"
    )
    password_minimum_length: int = Field(default=12, ge=8, le=99, description="8-99 characters")
    password_require_symbols: bool = Field(default=False, description="true or false")
    temporary_password_validity_days: int = Field(default=3, ge=1, le=365, description="1-365 days")
    access_token_validity_minutes: int = Field(default=60, ge=5, le=1440, description="5-1440 minutes")
    id_token_validity_minutes: int = Field(default=60, ge=5, le=1440, description="5-1440 minutes")
    refresh_token_validity_days: int = Field(default=30, ge=1, le=3650, description="1-3650 days")


class StorageSettings(_Section):
    """DynamoDB: protection of what holds data."""

    deletion_protection: bool = Field(
        default=True, description="true or false: whether the tables refuse to be deleted, by AWS and by Terraform"
    )
    point_in_time_recovery: bool = Field(
        default=True, description="true or false: whether any second of 35 days can be restored"
    )


class MessagingSettings(_Section):
    """What the resolvers are told about this environment."""

    deduplication_hours: int = Field(
        default=24, ge=24, le=720, description="hours in which a clientMessageId is sent at most once: 24-720"
    )


class ModerationSettings(_Section):
    """What is not said in this environment."""

    word_filter: tuple[FilteredWord, ...] = Field(
        default=(),
        strict=False,
        max_length=200,
        description="list of up to 200 words and phrases of 2-60 characters, looked for anywhere in a message",
    )
    word_filter_mode: Literal["fail_closed", "fail_open"] = Field(
        default="fail_closed",
        description='"fail_closed" refuses a message with one of them, "fail_open" delivers it marked as flagged',
    )


class AttachmentSettings(_Section):
    """S3: which web pages may use the addresses that the API hands out."""

    allowed_origins: tuple[Annotated[str, Field(pattern=r"^https?://[^/\s]+$")], ...] = Field(
        default=(),
        strict=False,
        description='list of origins of web clients that send files, for example ["https://chat.example.com"]',
    )


class MonitoringSettings(_Section):
    """Who hears of alarms."""

    alarm_topic_arns: tuple[Annotated[str, Field(pattern=r"^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$")], ...] = Field(
        default=(),
        strict=False,
        description='list of SNS topic ARNs, for example ["arn:aws:sns:us-east-1:111122223333:oncall"]',
    )


class Settings(_Section):
    """Everything that may differ between environments."""

    environment: str = Field(
        pattern=r"^[a-z][a-z0-9]{1,11}$",
        description="the environment's name, which is also its Terraform workspace: 2-12 of a-z and 0-9",
    )
    app_name: str = Field(
        default="chat",
        min_length=2,
        max_length=20,
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        description="first part of every name: 2-20 of a-z, 0-9 and single '-', beginning with a letter",
    )
    account_id: str = Field(
        pattern=r"^\d{12}$", description='the AWS account, 12 digits in quotes, for example "111122223333"'
    )
    region: Region = Field(description='a commercial AWS region, for example "us-east-1"')
    enable_xray: bool = Field(
        default=False, description="true or false: whether X-Ray traces the API and the functions"
    )
    enable_detailed_monitoring: bool = Field(
        default=False, description="true or false: whether metrics, alarms and the dashboard that cost extra are made"
    )
    log_retention_days: RetentionDays = Field(
        default=30, description=f"days to keep logs, one of {', '.join(str(days) for days in LOG_RETENTION_DAYS)}"
    )
    tags: dict[TagKey, TagValue] = Field(
        default={},
        max_length=40,
        description="a table of at most 40 tags, keys up to 128 characters and values up to 256",
    )
    state: StateSettings
    github: GithubSettings = GithubSettings()
    api: ApiSettings = ApiSettings()
    identity: IdentitySettings = IdentitySettings()
    storage: StorageSettings = StorageSettings()
    messaging: MessagingSettings = MessagingSettings()
    moderation: ModerationSettings = ModerationSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    monitoring: MonitoringSettings = MonitoringSettings()

    @property
    def stack_name(self) -> str:
        """Name of the environment's stack, ``chat-dev``: its folder under ``cdktf.out/stacks``."""
        return f"chat-{self.environment}"

    @property
    def state_stack_name(self) -> str:
        """Name of the stack that makes what the first one's state needs, ``state-dev``."""
        return f"state-{self.environment}"
