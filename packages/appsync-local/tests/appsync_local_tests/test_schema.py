"""Tests of schema validation and of AppSync's directives."""

from __future__ import annotations

import re

import pytest

from appsync_local.provided import PROVIDED_SDL
from appsync_local.scalars import SCALAR_NAMES
from appsync_local.schema import SchemaError, build_schema, check_schema


@pytest.mark.conforms("schema.refused")
def test_a_schema_with_everything_of_appsync_is_accepted() -> None:
    sdl = """
    schema { query: Q mutation: M subscription: S }
    "A room" type Room @aws_iam @aws_cognito_user_pools { id: ID! at: AWSDateTime old: String @deprecated }
    interface Named { name: String } union Any = Room | Person
    type Person implements Named { name: String mail: AWSEmail @aws_auth(cognito_groups: ["Admins"]) }
    input In { data: AWSJSON = "{}" } enum Kind { A B }
    type Q { rooms(kind: Kind, in: In): [Room] any: Any }
    type M { send(id: ID!): Room drop: Room }
    type S { onSend(id: ID): Room @aws_subscribe(mutations: ["send", "drop"]) @aws_lambda @aws_oidc @aws_api_key }
    extend type Q { more: Named @aws_cognito_user_pools(cognito_groups: "Admins") }
    """
    executable = build_schema(sdl)
    assert executable.subscriptions == {"send": ("onSend",), "drop": ("onSend",)}
    assert executable.access_to("Room", "id").modes == {"AWS_IAM": None, "AMAZON_COGNITO_USER_POOLS": None}
    assert executable.access_to("Person", "mail").modes == {"AMAZON_COGNITO_USER_POOLS": frozenset({"Admins"})}
    assert executable.access_to("Q", "more").modes == {"AMAZON_COGNITO_USER_POOLS": frozenset({"Admins"})}
    assert set(executable.access_to("S", "onSend").modes) == {"AWS_LAMBDA", "OPENID_CONNECT", "API_KEY"}
    assert executable.access_to("Q", "rooms").modes == {}


def test_declarations_that_code_generators_need_are_tolerated() -> None:
    sdl = """
    scalar AWSDateTime
    directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
    type Query { at: AWSDateTime }
    """
    assert check_schema(sdl) == []


@pytest.mark.conforms("schema.refused")
@pytest.mark.parametrize(
    ("sdl", "problem"),
    [
        ("", "Syntax Error: Unexpected <EOF>. (line 1, column 1)"),
        ("type Query {", "Syntax Error: Expected Name, found <EOF>. (line 1, column 13)"),
        ("type Query { a: Unknown }", "Unknown type 'Unknown'. (line 1, column 17)"),
        (
            "type Query { a: Int }\ntype Query { b: Int }",
            "There can be only one type named 'Query'. (line 1, column 6)",
        ),
        ("scalar Money type Query { a: Money }", "Custom scalar types are not supported: Money."),
        ("type Other { a: Int }", "Query root type must be provided."),
        ("type Query { a: Int @unknown }", "Unknown directive '@unknown'. (line 1, column 21)"),
        ("type Query @aws_subscribe { a: Int }", "Directive '@aws_subscribe' may not be used on object."),
        (
            "input I { a: Int } type Query { a: I }",
            "Query fields cannot be resolved. Field type must be an output type.",
        ),
        (
            'type Query { a: Int } type Subscription { onA: Int @aws_subscribe(mutations: ["a"]) }',
            "Subscription field onA names mutation a, which does not exist.",
        ),
        (
            (
                "type Query { a: Int } type Mutation { a: Int! }"
                ' type Subscription { onA: String @aws_subscribe(mutations: ["a"]) }'
            ),
            "Subscription field onA returns String, its mutation a Int!.",
        ),
    ],
)
def test_schemas_that_appsync_rejects_are_rejected_with_the_location(sdl: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in check_schema(sdl))


@pytest.mark.parametrize("sdl", ["type Query { a: " + "[" * 5000 + "Int", "#" * 1_000_001])
def test_a_hostile_schema_is_refused(sdl: str) -> None:
    with pytest.raises(SchemaError):
        build_schema(sdl)


def test_every_scalar_that_appsync_provides_is_implemented() -> None:
    assert set(re.findall(r"^scalar (\w+)$", PROVIDED_SDL, re.MULTILINE)) == SCALAR_NAMES
