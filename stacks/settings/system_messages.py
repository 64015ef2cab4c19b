"""Settings of what rooms are told."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.section import Section


class SystemMessageSettings(Section):
    """What the backend tells a room. Direct rooms are told nothing."""

    joined: bool = Field(
        default=True, description="true or false: whether a room of up to 200 members is told who becomes a member"
    )
    left: bool = Field(
        default=True, description="true or false: whether a room of up to 200 members is told who leaves or is removed"
    )
    renamed: bool = Field(default=True, description="true or false: whether a room is told its new name")

    @property
    def topics(self) -> tuple[str, ...]:
        """The names of those that are on, sorted."""
        return tuple(sorted(name for name, is_on in self if is_on))
