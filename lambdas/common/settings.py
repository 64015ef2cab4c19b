"""Settings of functions: their environment variables, read once and checked."""

from __future__ import annotations

import os
from typing import Self

from pydantic import BaseModel, ConfigDict


class EnvironmentSettings(BaseModel):
    """Base of every function's settings: each field's alias is the name of its variable."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings.

        Raises:
            pydantic.ValidationError: a variable is missing or malformed.
        """
        return cls.model_validate(dict(os.environ))
