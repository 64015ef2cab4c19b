"""Settings of moderation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section

FilteredWord = Annotated[str, Field(min_length=2, max_length=60, pattern=r"\S")]


class ModerationSettings(Section):
    """What is not said in this environment."""

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
