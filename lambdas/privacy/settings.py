"""What the function needs to know from its environment."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lambdas.common.settings import EnvironmentSettings


class Settings(EnvironmentSettings):
    """The function's environment variables, by name in capitals."""

    graphql_url: str = Field(alias="GRAPHQL_URL", pattern=r"^https?://")
    user_pool_id: str = Field(alias="USER_POOL_ID", min_length=3)
    bucket_name: str = Field(alias="BUCKET_NAME", min_length=3)
    deleted_messages: Literal["anonymize", "erase"] = Field(alias="DELETED_MESSAGES")
    export_days: int = Field(alias="EXPORT_DAYS", ge=1)
    audit_table_name: str = Field(alias="AUDIT_TABLE_NAME", min_length=3)
    deduplication_table_name: str = Field(alias="DEDUPLICATION_TABLE_NAME", min_length=3)
    memberships_table_name: str = Field(alias="MEMBERSHIPS_TABLE_NAME", min_length=3)
    messages_table_name: str = Field(alias="MESSAGES_TABLE_NAME", min_length=3)
    notifications_table_name: str = Field(alias="NOTIFICATIONS_TABLE_NAME", min_length=3)
    presence_table_name: str = Field(alias="PRESENCE_TABLE_NAME", min_length=3)
    privacy_table_name: str = Field(alias="PRIVACY_TABLE_NAME", min_length=3)
    reactions_table_name: str = Field(alias="REACTIONS_TABLE_NAME", min_length=3)
    reports_table_name: str = Field(alias="REPORTS_TABLE_NAME", min_length=3)
    rooms_table_name: str = Field(alias="ROOMS_TABLE_NAME", min_length=3)
    users_table_name: str = Field(alias="USERS_TABLE_NAME", min_length=3)
