"""Tests of the authorization directives."""

from __future__ import annotations

import time
from typing import Any

import pytest

from appsync_local.authorization import Caller
from appsync_local.schema import FieldAccess
from appsync_local_tests.fakes import COGNITO, FakeApi, FakeResolvers, Json, plane_for, post, token

SDL = """
type Query {
  open: Item
  keyOnly: Item @aws_api_key
  both: Item @aws_api_key @aws_cognito_user_pools
  admins: Item @aws_cognito_user_pools(cognito_groups: ["Admins", "Staff"])
  adminsOrKey: Item @aws_cognito_user_pools(cognito_groups: ["Admins"]) @aws_api_key
  iam: Item @aws_iam
  old: Item @aws_auth(cognito_groups: ["Admins"])
  keyed: Keyed @aws_api_key @aws_cognito_user_pools
}
type Item @aws_api_key @aws_cognito_user_pools {
  id: ID
  secret: String @aws_cognito_user_pools(cognito_groups: ["Admins"])
  key: String @aws_api_key
}
type Keyed { id: ID shared: String @aws_api_key }
"""
EVERYONE, ADMIN, KEY = "everyone", "admin", "key"
FIELDS = ["open", "keyOnly", "both", "admins", "adminsOrKey", "iam", "old"]


async def _ask(caller: str, query: str) -> Json:
    resolvers = FakeResolvers()
    for name in [*FIELDS, "keyed"]:
        resolvers.on("Query", name)(lambda _: {"id": "1", "secret": "s", "key": "k", "shared": "x"})
    api = FakeApi(
        SDL,
        additional=[{"authenticationType": "API_KEY"}, {"authenticationType": "AWS_IAM"}],
        keys={"da2-key": int(time.time()) + 60},
        resolvers=list(resolvers.functions),
    )
    headers = {
        EVERYONE: {"Authorization": token(groups=["Users"])},
        ADMIN: {"Authorization": token(groups=["Users", "Admins"])},
        KEY: {"x-api-key": "da2-key"},
    }[caller]
    body = (await post(plane_for(api, resolvers)[0], query, headers=headers)).body
    return body, resolvers


@pytest.mark.conforms("authorization.directives")
@pytest.mark.parametrize(
    ("caller", "allowed"),
    [
        (EVERYONE, {"open", "both"}),
        (ADMIN, {"open", "both", "admins", "adminsOrKey", "old"}),
        (KEY, {"keyOnly", "both", "adminsOrKey"}),
    ],
)
async def test_the_directives_of_a_field_restrict_modes_and_groups(caller: str, allowed: set[str]) -> None:
    body, resolvers = await _ask(caller, "{" + " ".join(f"{name} {{ id }}" for name in FIELDS) + "}")
    assert {name for name, value in body["data"].items() if value is not None} == allowed
    refused = {error["path"][0]: error for error in body["errors"]}
    assert set(refused) == set(FIELDS) - allowed
    for name, error in refused.items():
        assert error["message"] == f"Not Authorized to access {name} on type Query"
        assert (error["errorType"], error["data"], error["errorInfo"]) == ("Unauthorized", None, None)
        assert error["locations"][0]["sourceName"] is None
    assert {request.info["fieldName"] for request in resolvers.requests} == allowed


@pytest.mark.conforms("authorization.directives")
@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        (EVERYONE, {"id": "1", "secret": None, "key": None}),
        (ADMIN, {"id": "1", "secret": "s", "key": None}),
        (KEY, {"id": "1", "secret": None, "key": "k"}),
    ],
)
async def test_the_directives_of_a_field_override_those_of_its_type(caller: str, expected: Json) -> None:
    body, _ = await _ask(caller, "{ both { id secret key } }")
    assert body["data"] == {"both": expected}


@pytest.mark.conforms("authorization.directives", "authorization.modes")
async def test_a_type_without_directives_requires_the_default_mode() -> None:
    body, _ = await _ask(KEY, "{ keyed { id shared __typename } }")
    assert body["data"] == {"keyed": {"id": None, "shared": "x", "__typename": "Keyed"}}
    assert body["errors"][0]["message"] == "Not Authorized to access id on type Keyed"
    body, _ = await _ask(EVERYONE, "{ keyed { id shared } }")
    assert body["data"] == {"keyed": {"id": "1", "shared": None}}


async def test_introspection_is_open_to_every_caller() -> None:
    body, _ = await _ask(KEY, "{ __typename __schema { queryType { name } } }")
    assert body == {"data": {"__typename": "Query", "__schema": {"queryType": {"name": "Query"}}}}


async def test_the_default_mode_needs_no_directive() -> None:
    api = FakeApi("type Query { a: Int }", authentication=dict(COGNITO))
    assert (await post(plane_for(api)[0], "{ a }")).body == {"data": {"a": None}}


def _may(access: dict[str, frozenset[str] | None], **caller: Any) -> bool:  # noqa: ANN401 - any attribute
    given = {"mode": "AMAZON_COGNITO_USER_POOLS", "identity": None, **caller}
    return Caller(**given).may_read("Query", "a", FieldAccess(access))


@pytest.mark.conforms("authorization.directives", "authorization.modes")
@pytest.mark.parametrize("default_action", ["ALLOW", "DENY"])
@pytest.mark.parametrize("groups", [frozenset(), frozenset({"Users"}), frozenset({"Users", "Admins"})])
def test_the_default_action_applies_only_to_fields_without_groups(default_action: str, groups: frozenset[str]) -> None:
    caller = {"default_action": default_action, "groups": groups}
    is_allowed = default_action == "ALLOW"
    assert _may({}, **caller) is is_allowed
    assert _may({"AMAZON_COGNITO_USER_POOLS": None}, **caller) is is_allowed
    assert _may({"AMAZON_COGNITO_USER_POOLS": None, "API_KEY": None}, **caller) is is_allowed
    admins: dict[str, frozenset[str] | None] = {"AMAZON_COGNITO_USER_POOLS": frozenset({"Admins", "Staff"})}
    assert _may(admins, **caller) is ("Admins" in groups)
    assert _may({"API_KEY": None}, **caller) is False
    assert _may({}, **caller, is_default_mode=False) is False
    assert _may(admins, **caller, denied_fields=frozenset({"Query.a"})) is False
    assert _may(admins, **caller, denied_fields=frozenset({"Query.b"})) is ("Admins" in groups)
