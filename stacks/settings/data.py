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
        default=True, description="true or false: whether the tables refuse to be deleted, by AWS and by Terraform"
    )
    point_in_time_recovery: bool = Field(
        default=True, description="true or false: whether any second of 35 days can be restored"
    )
    generation: str | None = Field(
        default=None,
        pattern=GENERATION,
        description="1-16 of a-z and 0-9: part of the tables' names after they were restored from a backup "
        "(docs/operations.md). A change gives other tables, and leaves what is in these behind",
    )


class EncryptionSettings(Section):
    """Encryption at rest, which is always on: the owner of the key."""

    customer_managed_key: bool = Field(
        default=False,
        description="true or false: whether tables, attachments, queues and logs are encrypted with a key of this "
        "account, 1 USD a month and 0.03 USD for 10,000 uses, instead of the services' own",
    )


class AttachmentSettings(Section):
    """The bucket of attachments: CORS and expiry."""

    allowed_origins: tuple[Annotated[str, Field(pattern=r"^https?://[^/\s]+$")], ...] = Field(
        default=(),
        strict=False,
        description='list of origins of web clients that send files, for example ["https://chat.example.com"]',
    )
    expire_files: bool = Field(
        default=True,
        description="whether the bucket removes uploads without a message after 7 days, "
        "and exports after privacy.export_days",
    )


class PrivacySettings(Section):
    """Retention of messages and exports, and account deletion."""

    deleted_messages: Literal["anonymize", "erase"] = Field(
        default="anonymize",
        description='what becomes of the messages of a deleted account: "anonymize" or "erase"',
    )
    retention_days: int = Field(
        default=0,
        ge=0,
        le=3650,
        description="days after which messages vanish in every room, new ones from the day it is set: 0-3650, "
        "0 to keep them where the room does",
    )
    export_days: int = Field(
        default=7, ge=1, le=30, description="days for which the archives of an export are kept: 1-30"
    )
