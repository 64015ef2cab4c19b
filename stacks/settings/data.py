"""Settings of stored data: tables, files, encryption, retention and deletion."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from stacks.settings.section import Section

GENERATION: Final = r"^[a-z0-9]{1,16}$"
"""The pattern of the setting ``storage.generation``."""


class StorageSettings(Section):
    """DynamoDB tables."""

    deletion_protection: bool = Field(
        default=True,
        description="true or false: whether the tables are protected from deletion, in AWS and in Terraform",
    )
    point_in_time_recovery: bool = Field(
        default=True, description="true or false: whether any second of the last 35 days can be restored"
    )
    generation: str | None = Field(
        default=None,
        pattern=GENERATION,
        description="part of the tables' names after a restore (docs/operations.md): 1-16 of a-z and 0-9. A change "
        "creates new tables and leaves the data in the old ones",
    )


class EncryptionSettings(Section):
    """Encryption at rest, which is always on: the owner of the key."""

    customer_managed_key: bool = Field(
        default=False,
        description="true or false: whether tables, attachments, queues and logs are encrypted with a customer "
        "managed key, for 1 USD per month and 0.03 USD per 10,000 requests, instead of AWS owned keys",
    )


class AttachmentSettings(Section):
    """The bucket of attachments: CORS and expiry."""

    allowed_origins: tuple[Annotated[str, Field(pattern=r"^https?://[^/\s]+$")], ...] = Field(
        default=(),
        strict=False,
        description='list of origins of web clients that upload files, for example ["https://chat.example.com"]',
    )
    expire_files: bool = Field(
        default=True,
        description="true or false: whether the bucket expires uploads without a message after 7 days, "
        "and exports after privacy.export_days",
    )


class PrivacySettings(Section):
    """Retention of messages and exports, and account deletion."""

    deleted_messages: Literal["anonymize", "erase"] = Field(
        default="anonymize",
        description='messages of a deleted account: "anonymize" removes their author, "erase" leaves only tombstones',
    )
    retention_days: int = Field(
        default=0,
        ge=0,
        le=3650,
        description="days after which new messages expire in every room: 0-3650, 0 to use only the retention of each "
        "room",
    )
    export_days: int = Field(default=7, ge=1, le=30, description="retention of export archives: 1-30 days")
