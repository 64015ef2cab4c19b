"""What the function needs to know from its environment."""

from __future__ import annotations

from pydantic import Field

from lambdas.common.settings import EnvironmentSettings


class Settings(EnvironmentSettings):
    """The function's environment variables, by name in capitals."""

    graphql_url: str = Field(alias="GRAPHQL_URL", pattern=r"^https?://")
    bucket_name: str = Field(alias="BUCKET_NAME", min_length=3)
    reactions_table_name: str = Field(alias="REACTIONS_TABLE_NAME", min_length=3)
