"""Settings of the tables."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.section import Section


class StorageSettings(Section):
    """DynamoDB: protection of what holds data."""

    deletion_protection: bool = Field(
        default=True, description="true or false: whether the tables refuse to be deleted, by AWS and by Terraform"
    )
    point_in_time_recovery: bool = Field(
        default=True, description="true or false: whether any second of 35 days can be restored"
    )
    generation: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9]{1,16}$",
        description="1-16 of a-z and 0-9: part of the tables' names after they were restored from a backup "
        "(docs/operations.md). A change gives other tables, and leaves what is in these behind",
    )
