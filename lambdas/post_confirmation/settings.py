"""What the function needs to know from its environment."""

from __future__ import annotations

import os

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """The function's environment variables, by name in capitals."""

    model_config = ConfigDict(frozen=True)

    users_table_name: str = Field(alias="USERS_TABLE_NAME", min_length=3)
    users_group_name: str = Field(alias="USERS_GROUP_NAME", default="Users", min_length=1)

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings.

        Raises:
            pydantic.ValidationError: a variable is missing or malformed.
        """
        return cls.model_validate(dict(os.environ))
