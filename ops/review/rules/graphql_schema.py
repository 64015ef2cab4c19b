"""GraphQL schema changes that break clients, detected by graphql-core in the plan's old and new SDL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphql import build_schema
from graphql.error import GraphQLError
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from appsync_local.provided import PROVIDED_SDL
from ops.plans import Action
from ops.review.rules.finding import Finding
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLSchema

    from ops.plans import Plan

API = "aws_appsync_graphql_api"
_MERGED_APIS = """
directive @canonical on OBJECT | FIELD_DEFINITION
directive @hidden on OBJECT | FIELD_DEFINITION
directive @renamed on OBJECT | FIELD_DEFINITION
"""
"""Directives of AppSync's merged APIs, which schemas may use."""
_DECLARED = re.compile(r"^\s*(?:scalar\s+AWS\w+|directive\s+@(?:aws_\w+|canonical|hidden|renamed)\b.*)$", re.MULTILINE)


def schema_of(sdl: str) -> GraphQLSchema:
    """Build an AppSync schema.

    Raises:
        GraphQLError: the SDL is not valid.
    """
    return build_schema(_DECLARED.sub("", sdl) + PROVIDED_SDL + _MERGED_APIS, assume_valid_sdl=True)


def schema_findings(plan: Plan) -> Iterator[Finding]:
    """Yield every breaking and dangerous change of the schema, and schemas that are not valid."""
    for change in plan.changes:
        before, after = change.before.get("schema"), change.after.get("schema")
        if change.type != API or change.action not in {Action.CHANGE, Action.REPLACE} or before == after:
            continue
        if not isinstance(before, str) or not isinstance(after, str):
            continue
        try:
            old, new = schema_of(before), schema_of(after)
        except GraphQLError as error:
            yield Finding("schema", change.address, f"the schema is not valid: {quoted(error.message)}")
            continue
        for breaking in find_breaking_changes(old, new):
            yield Finding("schema", change.address, f"breaks clients: {breaking.description}")
        for dangerous in find_dangerous_changes(old, new):
            yield Finding("schema", change.address, f"may break clients: {dangerous.description}")
