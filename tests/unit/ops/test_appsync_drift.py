"""Tests of which differences between two schemas are reported."""

from __future__ import annotations

from ops.account_drift.appsync import schema_parts

SDL = '''
"""About it."""
type Query @aws_cognito_user_pools {
  "One."
  room(id: ID!, limit: Int = 5): Room @aws_iam @aws_api_key
}
type Room implements Node & Named { id: ID! name: String }
interface Node { id: ID! }
interface Named { name: String }
enum Kind { A B }
union Thing = Room | Query
input New { name: String = "x" }
'''
AS_APPSYNC_SAYS = """
schema { query: Query }
input New { name: String = "x" }
union Thing = Query | Room
enum Kind { B A }
interface Named { name: String }
interface Node { id: ID! }
type Room implements Named & Node { name: String id: ID! }
type Query @aws_cognito_user_pools { room(limit: Int = 5, id: ID!): Room @aws_api_key @aws_iam }
scalar AWSDateTime
directive @aws_iam on OBJECT | FIELD_DEFINITION
"""


def test_order_descriptions_and_additions_by_appsync_are_ignored() -> None:
    assert schema_parts(SDL) == schema_parts(AS_APPSYNC_SAYS)


def test_every_other_change_is_reported_with_its_place() -> None:
    def differing(old: str, new: str) -> set[str]:
        before, after = schema_parts(SDL), schema_parts(SDL.replace(old, new))
        return {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}

    assert differing("@aws_iam @aws_api_key", "@aws_iam") == {"Query.room"}
    assert differing("limit: Int = 5", "limit: Int = 6") == {"Query.room"}
    assert differing("limit: Int = 5", "limit: Int") == {"Query.room"}
    assert differing("@aws_cognito_user_pools", "") == {"Query"}
    assert differing("name: String }\ninterface", "name: String! }\ninterface") == {"Room.name"}
    assert differing("A B", "A") == {"Kind.B"}
    assert differing("Room | Query", "Room") == {"Thing"}
    assert differing('"x"', '"y"') == {"New.name"}
