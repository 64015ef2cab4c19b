"""Tests that request values of a wrong type or length are refused before anything is stored."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.model import StructureShape

from local.embedded.cognito.requests import refused_request
from local.embedded.cognito.shapes import input_shape
from tests.unit.local.cognito import UserPool, completed

ADA = "ada@example.com"


@pytest.mark.conforms("cognito.requests")
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"ClientId": ["a"]}, "Start of list found where not expected"),
        ({"ClientId": {"a": 1}}, "Start of structure or map found where not expected."),
        ({"Password": 5}, "NUMBER_VALUE cannot be converted to String"),
        ({"Password": True}, "TRUE_VALUE cannot be converted to String"),
        ({"UserAttributes": "x"}, "STRING_VALUE cannot be converted to List"),
        ({"UserAttributes": ["x"]}, "STRING_VALUE cannot be converted to Structure"),
        ({"UserAttributes": [{"Name": "email", "Value": 1.5}]}, "NUMBER_VALUE cannot be converted to String"),
        ({"ClientMetadata": "x"}, "STRING_VALUE cannot be converted to Map"),
        ({"ClientMetadata": {"a": {"b": 1}}}, "Start of structure or map found where not expected."),
    ],
)
async def test_values_of_the_wrong_type_are_rejected(pool: UserPool, wrong: dict[str, Any], message: str) -> None:
    assert await pool.refusal("SignUp", **{**pool.new_user(ADA), **wrong}) == ("SerializationException", message)
    assert await pool.users() == []


@pytest.mark.conforms("cognito.requests")
@pytest.mark.parametrize(
    ("wrong", "place", "problem"),
    [
        ({"ClientId": None}, "clientId", "must not be null"),
        ({"ClientId": ""}, "clientId", "must have length greater than or equal to 1"),
        ({"Username": "a" * 129}, "username", "must have length less than or equal to 128"),
        ({"UserAttributes": [{"Value": ADA}]}, "userAttributes.1.member.name", "must not be null"),
        (
            {"UserAttributes": [{"Name": "name", "Value": "a" * 2049}]},
            "userAttributes.1.member.value",
            "must have length less than or equal to 2048",
        ),
    ],
)
async def test_missing_short_and_long_values_are_rejected(
    pool: UserPool, wrong: dict[str, Any], place: str, problem: str
) -> None:
    refused = await pool.refusal("SignUp", **{**pool.new_user(ADA), **wrong})

    message = f"1 validation error detected: Value at '{place}' failed to satisfy constraint: Member {problem}"
    assert refused == ("InvalidParameterException", message)
    assert await pool.users() == []


async def test_null_and_unknown_members_are_ignored(pool: UserPool) -> None:
    await pool.call("SignUp", **pool.new_user(ADA), ValidationData=None, Nope=1)
    assert [user["Username"] for user in await pool.users()] != []


@pytest.mark.parametrize("service", ["cognito-idp", "cognito-identity"])
def test_every_member_of_every_action_is_checked(service: str) -> None:
    for action in botocore.session.get_session().get_service_model(service).operation_names:
        shape = input_shape(service, action)
        if not isinstance(shape, StructureShape):
            continue
        good = completed(service, action)
        assert refused_request(service, action, good) is None
        for name, member in shape.members.items():
            wrong: object = [] if member.type_name in {"structure", "map"} else {}
            refused = refused_request(service, action, {**good, name: wrong})
            assert refused is not None
            assert refused[1]["x-amzn-errortype"] == "SerializationException"
