"""All settings of one environment: the sections, and the settings above them."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.access import ApiSettings, EdgeSettings, IdentitySettings
from stacks.settings.chat import LimitSettings, MessagingSettings, ModerationSettings, SystemMessageSettings
from stacks.settings.data import AttachmentSettings, EncryptionSettings, PrivacySettings, StorageSettings
from stacks.settings.deployment import GithubSettings, MonitoringSettings, PromotionSettings, StateSettings
from stacks.settings.section import LOG_RETENTION_DAYS, Region, RetentionDays, Section, TagKey, TagValue


class Settings(Section):
    """Everything that may differ between environments."""

    environment: str = Field(
        pattern=r"^[a-z][a-z0-9]{1,11}$",
        description="name of the environment and of its Terraform workspace: 2-12 of a-z and 0-9",
    )
    app_name: str = Field(
        default="chat",
        min_length=2,
        max_length=20,
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        description="prefix of all names: 2-20 of a-z, 0-9 and single '-', beginning with a letter",
    )
    account_id: str = Field(
        pattern=r"^\d{12}$", description='AWS account id, 12 digits in quotes, for example "111122223333"'
    )
    region: Region = Field(description='commercial AWS region, for example "us-east-1"')
    enable_xray: bool = Field(
        default=False, description="true or false: whether X-Ray traces the API and the functions"
    )
    enable_detailed_monitoring: bool = Field(
        default=False,
        description="true or false: whether metrics, alarms and the dashboard that cost extra are created",
    )
    log_retention_days: RetentionDays = Field(
        default=30, description=f"log retention in days: one of {', '.join(str(days) for days in LOG_RETENTION_DAYS)}"
    )
    tags: dict[TagKey, TagValue] = Field(
        default={},
        max_length=40,
        description="a table of at most 40 tags, keys up to 128 characters and values up to 256",
    )
    state: StateSettings
    promotion: PromotionSettings = PromotionSettings()
    github: GithubSettings = GithubSettings()
    api: ApiSettings = ApiSettings()
    edge: EdgeSettings = EdgeSettings()
    identity: IdentitySettings = IdentitySettings()
    storage: StorageSettings = StorageSettings()
    encryption: EncryptionSettings = EncryptionSettings()
    messaging: MessagingSettings = MessagingSettings()
    limits: LimitSettings = LimitSettings()
    system_messages: SystemMessageSettings = SystemMessageSettings()
    moderation: ModerationSettings = ModerationSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    privacy: PrivacySettings = PrivacySettings()
    monitoring: MonitoringSettings = MonitoringSettings()

    @property
    def stack_name(self) -> str:
        """Name of the environment's stack, ``chat-dev``: its folder under ``cdktf.out/stacks``."""
        return f"chat-{self.environment}"

    @property
    def state_stack_name(self) -> str:
        """Name of the stack that creates the state bucket of the environment's stack, ``state-dev``."""
        return f"state-{self.environment}"
