"""Settings of the chat itself: sending, rate limits, moderation and system messages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section


class MessagingSettings(Section):
    """Sending of messages."""

    deduplication_hours: int = Field(
        default=24,
        ge=24,
        le=720,
        description="hours in which a repeated clientMessageId does not create a second message: 24-720",
    )


class LimitSettings(Section):
    """Rate limits, and features to disable under overload."""

    messages_per_minute: int = Field(
        default=0,
        ge=0,
        le=6000,
        description="maximum number of messages per member, room and minute: 0-6000, 0 for no limit; "
        "a limit costs one more write unit per message",
    )
    shed: tuple[Literal["presence", "typing"], ...] = Field(
        default=(),
        strict=False,
        description='list of events to disable under overload: "typing", "presence" (docs/operations.md)',
    )


FilteredWord = Annotated[str, Field(min_length=2, max_length=60, pattern=r"\S")]


class ModerationSettings(Section):
    """The word filter."""

    word_filter: tuple[FilteredWord, ...] = Field(
        default=(),
        strict=False,
        max_length=200,
        description="list of up to 200 words and phrases of 2-60 characters, matched anywhere in a message",
    )
    word_filter_mode: Literal["fail_closed", "fail_open"] = Field(
        default="fail_closed",
        description='"fail_closed" rejects a message that contains one of them, "fail_open" delivers and flags it',
    )


class SystemMessageSettings(Section):
    """Messages of the backend to rooms, except direct rooms."""

    joined: bool = Field(
        default=True, description="true or false: whether new members are announced, in rooms of up to 200 members"
    )
    left: bool = Field(
        default=True,
        description="true or false: whether departures and removals are announced, in rooms of up to 200 members",
    )
    renamed: bool = Field(default=True, description="true or false: whether new names of rooms are announced")

    @property
    def topics(self) -> tuple[str, ...]:
        """Names of the enabled settings, sorted."""
        return tuple(sorted(name for name, is_on in self if is_on))
