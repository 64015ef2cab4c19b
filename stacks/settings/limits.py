"""Settings of abuse limits that the resolvers enforce."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.section import Section


class LimitSettings(Section):
    """How much one person may do."""

    messages_per_minute: int = Field(
        default=0,
        ge=0,
        le=6000,
        description="messages that one member may send in one room in a minute: 0-6000, 0 for no limit. "
        "With a limit every message costs a write unit more",
    )
