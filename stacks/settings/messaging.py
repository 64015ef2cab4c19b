"""Settings of sending."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.section import Section


class MessagingSettings(Section):
    """What the resolvers are told about this environment."""

    deduplication_hours: int = Field(
        default=24, ge=24, le=720, description="hours in which a clientMessageId is sent at most once: 24-720"
    )
