"""Settings of the chat itself: sending, rate limits, moderation and system messages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section


class MessagingSettings(Section):
    """Sending of messages."""

    deduplication_hours: int = Field(
        default=24, ge=24, le=720, description="hours in which a clientMessageId is sent at most once: 24-720"
    )


class LimitSettings(Section):
    """Rate limits, and features to disable under overload."""

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


FilteredWord = Annotated[str, Field(min_length=2, max_length=60, pattern=r"\S")]


class ModerationSettings(Section):
    """The word filter."""

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


class SystemMessageSettings(Section):
    """Messages of the backend to rooms, except direct rooms."""

    joined: bool = Field(
        default=True, description="true or false: whether a room of up to 200 members is told who becomes a member"
    )
    left: bool = Field(
        default=True, description="true or false: whether a room of up to 200 members is told who leaves or is removed"
    )
    renamed: bool = Field(default=True, description="true or false: whether a room is told its new name")

    @property
    def topics(self) -> tuple[str, ...]:
        """Names of the enabled settings, sorted."""
        return tuple(sorted(name for name, is_on in self if is_on))
