"""Settings of a function: its environment variables, read once and validated."""

from __future__ import annotations

import os
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

Url = Annotated[str, Field(pattern=r"^https?://")]
TableName = Annotated[str, Field(min_length=3)]
BucketName = Annotated[str, Field(min_length=3)]


class FunctionSettings(BaseModel):
    """Base of the settings that each handler declares.

    A field is read from the environment variable of its name in capitals::

        class Settings(FunctionSettings):
            graphql_url: Url  # GRAPHQL_URL
    """

    model_config = ConfigDict(frozen=True, alias_generator=str.upper)

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings.

        Raises:
            pydantic.ValidationError: A variable is missing or malformed.
        """
        return cls.model_validate(dict(os.environ))
