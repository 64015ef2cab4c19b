"""Settings of the GraphQL API."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time

from pydantic import Field

from stacks.settings.section import Section


class ApiSettings(Section):
    """Limits and extras of the GraphQL API."""

    enable_introspection: bool = Field(default=False, description="true or false: whether clients may read the schema")
    query_depth_limit: int = Field(default=10, ge=1, le=75, description="deepest nesting of one operation: 1-75")
    resolver_count_limit: int = Field(
        default=500, ge=1, le=10_000, description="most resolvers one operation may run: 1-10000"
    )
    enable_api_key: bool = Field(default=False, description="true or false: whether an API key is made as well")
    api_key_expires: date | None = Field(
        default=None,
        description="day (UTC, written 2027-03-31) at whose start the API key ends; AppSync allows 365 days at most",
    )
