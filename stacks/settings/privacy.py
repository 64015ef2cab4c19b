"""Settings of what is kept of people, and how it goes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stacks.settings.section import Section


class PrivacySettings(Section):
    """How long what people write is kept, and what becomes of it with their accounts."""

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
