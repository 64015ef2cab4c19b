"""Settings of the deployment: Terraform state, promotion, the GitHub repository that deploys, and alarms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Region, Section


class StateSettings(Section):
    """Terraform state of the environment: an S3 bucket with one object per workspace."""

    bucket: str = Field(
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="name of the S3 bucket for the state: 3-63 of a-z, 0-9, '-' and '.'",
    )
    region: Region | None = Field(default=None, description="region of that bucket, if it is not the environment's")
    key: str = Field(
        default="chat/terraform.tfstate", pattern=r"^[^/].*[^/]$", description="object key below the workspace's folder"
    )
    workspace_key_prefix: str = Field(
        default="environments", pattern=r"^[^/].*[^/]$", description="folder with one folder per workspace"
    )
    kms_key_id: str | None = Field(
        default=None, min_length=1, description="ARN of a KMS key; without it, S3 encrypts with its own key"
    )
    bootstrap: Literal["s3", "local", "none"] = Field(
        default="s3",
        description='location of the state of the stack state-<environment>, which creates the bucket: "local" before '
        'the bucket exists, then "s3" for that bucket; "none" for no such stack',
    )
    create_bucket: bool = Field(
        default=True,
        description="true or false: whether that stack creates the bucket; false if another environment's stack does",
    )


class GithubIds(Section):
    """Numeric ids of owner and repository, which never change."""

    owner: int = Field(ge=1)
    repository: int = Field(ge=1)


class GithubSettings(Section):
    """The repository whose workflows may plan and apply; without ``repository`` there are no roles for it."""

    repository: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$",
        description="GitHub repository whose workflows may plan and apply, as owner/name",
    )
    repository_ids: GithubIds | None = Field(
        default=None,
        description="its numeric ids, for the immutable form of GitHub's sub claim: { owner = 42, repository = 4711 }",
    )
    accept_names: bool | None = Field(
        default=None, description="true or false: whether the form with names is accepted besides the ids"
    )
    default_branch: str = Field(
        default="main", pattern=r"^[A-Za-z0-9._/-]+$", description="branch that is deployed and checked for drift"
    )
    existing_provider_arn: str | None = Field(
        default=None,
        pattern=r"^arn:[a-z-]+:iam::\d{12}:oidc-provider/token\.actions\.githubusercontent\.com$",
        description="ARN of GitHub's OIDC provider, if the account has one",
    )
    permissions_boundary_arn: str | None = Field(
        default=None,
        pattern=r"^arn:[a-z-]+:iam::\d{12}:policy/.+$",
        description="ARN of the permissions boundary of the roles, if the organization has one",
    )


class PromotionSettings(Section):
    """The position of the environment in the promotion order. Commands and workflows read it from the file only."""

    after: str | None = Field(
        default=None,
        pattern=r"^([a-z][a-z0-9]{1,11})?$",
        description='environment whose deployed release this one takes; without it, or with "", every commit of the '
        "default branch",
    )
    production: bool = Field(
        default=False,
        description="true or false: whether the policy rules for production apply (python -m ops policy --rules)",
    )
    require_lock_file: bool = Field(
        default=False, description="true or false: whether plans need the committed provider lock file"
    )
    record_key_arn: str | None = Field(
        default=None,
        pattern=r"^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+$",
        description="ARN of the KMS key that authenticates records of plans and deployments: the output RecordKeyArn "
        "of the stack state-<environment>; without it, they are not authenticated",
    )
    require_record_key: bool = Field(
        default=False,
        description="true or false: whether records must be authenticated: those of plans and deployments, that of the "
        "previous environment, and those of rollbacks",
    )
    record_verifier_account_ids: tuple[Annotated[str, Field(pattern=r"^\d{12}$")], ...] = Field(
        default=(),
        strict=False,
        description="ids of other accounts that verify records of deployments to this environment: those of the "
        'environments that take its releases, for example ["222222222222"]',
    )
    workflows: bool = Field(
        default=True,
        description="true or false: whether it receives releases: commands and GitHub's workflows plan, check and "
        "deploy it",
    )


TopicArn = Annotated[str, Field(pattern=r"^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$")]


class MonitoringSettings(Section):
    """Topics of alarms, and the budget."""

    alarm_topic_arns: tuple[TopicArn, ...] = Field(
        default=(),
        strict=False,
        description='list of ARNs of SNS topics for alarms, for example ["arn:aws:sns:us-east-1:111122223333:oncall"]',
    )
    monthly_budget_dollars: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="monthly budget in dollars for all resources tagged with this application; the first topic is "
        "notified at 80 % actual cost and 100 % forecast cost",
    )
    warning_topic_arns: tuple[TopicArn, ...] = Field(
        default=(),
        strict=False,
        description="list of ARNs of SNS topics for warnings; alarm_topic_arns by default",
    )
