"""Query depth limit: the standard introspection queries fit if enabled; other operations cannot use the difference."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType, get_introspection_query, get_named_type

from appsync_local.documents import DocumentCache, depth_of
from appsync_local.schema import build_schema
from stacks.settings.access import INTROSPECTION_DEPTH, ApiSettings
from tests.helpers.backend import ROOT

SCHEMA = build_schema((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8")).schema
LOWEST_LIMIT = 10
"""The lowest limit of the environments in this repository."""


async def test_the_constant_is_the_depth_of_the_standard_query() -> None:
    document = await DocumentCache(SCHEMA, introspection=True).read(
        get_introspection_query(input_value_deprecation=True)
    )

    assert document.problems == ()
    assert depth_of(document, document.operation(None)) == INTROSPECTION_DEPTH


@pytest.mark.parametrize(
    ("limit", "is_on", "deployed"), [(10, True, 15), (10, False, 10), (75, True, 75), (1, False, 1)]
)
def test_enabled_introspection_raises_the_limit(limit: int, is_on: bool, deployed: int) -> None:
    settings = ApiSettings(query_depth_limit=limit, enable_introspection=is_on)

    assert settings.deployed_query_depth_limit == deployed


def levels(of: GraphQLObjectType, *above: str) -> int:
    """Return the maximum nesting depth of the fields that an operation can select from a type."""
    assert of.name not in above, f"{' > '.join([*above, of.name])}: nothing bounds how deep an operation may be"
    inner = [get_named_type(field.type) for field in of.fields.values()]
    return 1 + max((levels(kind, *above, of.name) for kind in inner if isinstance(kind, GraphQLObjectType)), default=0)


def test_the_schema_itself_bounds_every_other_operation() -> None:
    """The higher limit has no other effect, because no type refers back to itself."""
    deepest = {root.name: levels(root) for root in (SCHEMA.query_type, SCHEMA.mutation_type) if root is not None}

    assert deepest == {"Query": 4, "Mutation": 3}
    assert max(deepest.values()) < LOWEST_LIMIT
