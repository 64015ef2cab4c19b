"""What the sections of the settings share: how strictly they are read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the file: an unknown key or a value of another type is refused, and nothing changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
