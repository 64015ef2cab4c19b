"""Settings of abuse limits that the resolvers enforce."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stacks.settings.section import Section


class LimitSettings(Section):
    """How much one person may do, and what all do without while there is too much load."""

    messages_per_minute: int = Field(
        default=0,
        ge=0,
        le=6000,
        description="messages that one member may send in one room in a minute: 0-6000, 0 for no limit. "
        "With a limit every message costs a write unit more",
    )
    shed: tuple[Literal["presence", "typing"], ...] = Field(
        default=(),
        strict=False,
        description='list of what rooms are not told while there is too much load: "typing", "presence" '
        "(docs/operations.md)",
    )
