"""Settings of the GraphQL API."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from typing import Final

from pydantic import Field

from stacks.settings.section import Section

INTROSPECTION_DEPTH: Final = 15
"""Levels of graphql-js's deepest introspection query: schema, types, fields, args, type, 9 times ofType, and a name."""


class ApiSettings(Section):
    """Limits and extras of the GraphQL API."""

    enable_introspection: bool = Field(default=False, description="true or false: whether clients may read the schema")
    query_depth_limit: int = Field(
        default=10,
        ge=1,
        le=75,
        description="deepest nesting of one operation: 1-75. With introspection on at least 15, which its queries have",
    )
    resolver_count_limit: int = Field(
        default=500, ge=1, le=10_000, description="most resolvers one operation may run: 1-10000"
    )
    enable_api_key: bool = Field(default=False, description="true or false: whether an API key is made as well")
    api_key_expires: date | None = Field(
        default=None,
        description="day (UTC, written 2027-03-31) at whose start the API key ends; AppSync allows 365 days at most",
    )

    @property
    def deployed_query_depth_limit(self) -> int:
        """The limit that the API gets.

        AWS does not document whether its limit counts introspection. With introspection on the limit is therefore high
        enough for it. That opens nothing: the types of the schema do not refer to each other in circles, and
        what nests deepest has fewer levels than any limit here (`tests/unit/graphql/test_introspection.py`).
        """
        return max(self.query_depth_limit, INTROSPECTION_DEPTH) if self.enable_introspection else self.query_depth_limit
