"""What the function needs to know from its environment."""

from __future__ import annotations

from pydantic import Field, Json

from lambdas.common.settings import EnvironmentSettings
from lambdas.common.system_message import Topic  # noqa: TC001 - pydantic reads it at run time


class Settings(EnvironmentSettings):
    """The function's environment variables, by name in capitals."""

    graphql_url: str = Field(alias="GRAPHQL_URL", pattern=r"^https?://")
    rooms_table_name: str = Field(alias="ROOMS_TABLE_NAME", min_length=3)
    memberships_table_name: str = Field(alias="MEMBERSHIPS_TABLE_NAME", min_length=3)
    messages_table_name: str = Field(alias="MESSAGES_TABLE_NAME", min_length=3)
    deduplication_table_name: str = Field(alias="DEDUPLICATION_TABLE_NAME", min_length=3)
    retention_days: int = Field(alias="RETENTION_DAYS", ge=0)
    """After how many days messages vanish in every room; 0 where they stay."""
    system_messages: Json[frozenset[Topic]] = Field(alias="SYSTEM_MESSAGES")
    """What the rooms are told of, as a list in JSON."""
