"""Tests of groups and other claims of tokens, with a trigger that tries to change them."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.backend import AwsError
from chat_client.cognito import claims
from local.embedded.cognito.claims import allowed
from tests.unit.local.cognito import UserPool, attributes
from tests.unit.local.functions import ACCOUNT, REGION, Cloud

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local.conftest import Embedded

ADA = "ada@example.com"
CODE = """
import json, os
def handler(event, context):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps(event) + "\\n")
    if event["triggerSource"].startswith("TokenGeneration"):
        section = {"claimsToAddOrOverride": {"cognito:groups": ["Admins"], "sub": "other", "colour": "red"},
                   "claimsToSuppress": ["email", "iss"]}
        event["response"] = {"claimsAndScopeOverrideDetails": {"idTokenGeneration": section,
                                                               "accessTokenGeneration": section}}
        if event["request"]["userAttributes"].get("name") == "Overridden":
            groups = {"groupsToOverride": ["Users", "Guests"]}
            event["response"]["claimsAndScopeOverrideDetails"]["groupOverrideDetails"] = groups
    return event
"""


@pytest.fixture(scope="module")
async def trigger(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return the ARN of the function of all triggers, and the file to which it writes its events."""
    cloud = Cloud(embedded.emulator, tmp_path_factory.mktemp("tokens"))
    made = await cloud.function("tokens", code=CODE)
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{made.name}", made.calls


async def member(pool: UserPool, name: str = "Ada") -> dict[str, str]:
    """Return the tokens of a user in the group Users."""
    await pool.call("CreateGroup", UserPoolId=pool.id, GroupName="Users")
    await pool.sign_up(ADA, name=name)
    await pool.call("AdminAddUserToGroup", UserPoolId=pool.id, Username=ADA, GroupName="Users")
    return await pool.sign_in(ADA)


@pytest.mark.conforms("cognito.groups")
async def test_groups_are_those_of_the_user_regardless_of_client_input(embedded: Embedded) -> None:
    pool = await UserPool.create(embedded)
    forged = attributes(cognito__groups="Admins")
    new = pool.new_user(ADA, cognito__groups="Admins")
    assert "does not exist in the schema" in (await pool.refusal("SignUp", **new))[1]
    tokens = await member(pool)
    for action, whose in (
        ("UpdateUserAttributes", {"AccessToken": tokens["AccessToken"]}),
        ("AdminUpdateUserAttributes", {"UserPoolId": pool.id, "Username": ADA}),
    ):
        assert "does not exist" in (await pool.refusal(action, **whose, UserAttributes=forged))[1]
    again = pool.credentials(ADA) | {"ClientMetadata": {"cognito:groups": "Admins"}}
    made = (await pool.call("InitiateAuth", **again))["AuthenticationResult"]
    assert [claims(made[kind])["cognito:groups"] for kind in ("IdToken", "AccessToken")] == [["Users"], ["Users"]]


@pytest.mark.conforms("cognito.groups")
async def test_attributes_stored_by_an_earlier_version_are_not_claims(embedded: Embedded) -> None:
    pool = await UserPool.create(embedded)
    await member(pool)
    (user,) = embedded.emulator.module_of("cognito-idp")._get_pool_unscoped(pool.id)["_users"].values()  # noqa: SLF001
    user["Attributes"] += attributes(cognito__groups="Admins", exp="9999999999", token_use="access")

    known = claims((await pool.sign_in(ADA))["IdToken"])
    assert (known["cognito:groups"], known["token_use"]) == (["Users"], "id")
    assert known["exp"] < 9999999999


@pytest.mark.conforms("cognito.groups")
@pytest.mark.parametrize(("name", "groups"), [("Ada", ["Users"]), ("Overridden", ["Users", "Guests"])])
async def test_a_trigger_overrides_groups_but_not_the_identity(
    embedded: Embedded, trigger: tuple[str, Path], name: str, groups: list[str]
) -> None:
    version = {"LambdaArn": trigger[0], "LambdaVersion": "V2_0"}
    pool = await UserPool.create(embedded, {"LambdaConfig": {"PreTokenGenerationConfig": version}})
    tokens = await member(pool, name)

    for kind in ("IdToken", "AccessToken"):
        known = claims(tokens[kind])
        assert (known["cognito:groups"], known["colour"]) == (groups, "red")
        assert known["sub"] != "other"
        assert known["iss"].endswith(pool.id)
        assert "email" not in known


def test_the_first_trigger_version_has_the_same_limits() -> None:
    section = {"claimsToAddOrOverride": {"aud": "x", "cognito:roles": [], "team": "red"}, "claimsToSuppress": ["exp"]}
    assert allowed({"claimsOverrideDetails": section}) == {
        "claimsOverrideDetails": {
            "claimsToAddOrOverride": {"team": "red"},
            "claimsToSuppress": [],
            "groupOverrideDetails": {},
        }
    }
    assert allowed({"autoConfirmUser": True}) == {}


@pytest.mark.conforms("cognito.trigger-data")
async def test_the_sign_up_trigger_receives_validation_data_and_client_metadata(
    embedded: Embedded, trigger: tuple[str, Path]
) -> None:
    arn, calls = trigger
    pool = await UserPool.create(embedded, {"LambdaConfig": {"PreSignUp": arn}})
    sent: dict[str, Any] = {"ValidationData": attributes(invitation="42"), "ClientMetadata": {"device": "phone"}}
    await pool.call("SignUp", **pool.new_user(ADA), **sent)
    event = json.loads(calls.read_text(encoding="utf-8").splitlines()[-1])
    assert event["request"]["validationData"] == {"invitation": "42"}
    assert event["request"]["clientMetadata"] == {"device": "phone"}


@pytest.mark.conforms("cognito.rotation")
async def test_refresh_tokens_rotate_if_the_client_enables_it(embedded: Embedded) -> None:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 1}
    client = {"RefreshTokenRotation": rotation, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}
    pool = await UserPool.create(embedded, client=client)
    described = await pool.call("DescribeUserPoolClient", UserPoolId=pool.id, ClientId=pool.client_id)
    assert described["UserPoolClient"]["RefreshTokenRotation"] == rotation
    await pool.sign_up(ADA)
    first = (await pool.sign_in(ADA))["RefreshToken"]

    async def refreshed(token: str) -> str:
        done = await pool.call("GetTokensFromRefreshToken", ClientId=pool.client_id, RefreshToken=token)
        return str(done["AuthenticationResult"]["RefreshToken"])

    second = await refreshed(first)
    assert claims(second)["exp"] == claims(first)["exp"]
    assert await refreshed(first) != second, "within the grace period"
    await asyncio.sleep(1.1)
    reused = await pool.refusal("GetTokensFromRefreshToken", ClientId=pool.client_id, RefreshToken=first)
    assert reused[0] == "RefreshTokenReuseException"
    assert await refreshed(second)
    flow = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": second}}
    assert (await pool.refusal("InitiateAuth", ClientId=pool.client_id, **flow))[0] == "InvalidParameterException"


@pytest.mark.parametrize("step", [-5, -3600])
async def test_a_sign_in_after_a_sign_out_stays_valid_when_the_clock_steps_back(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    pool = await UserPool.create(embedded)
    await pool.sign_up(ADA)

    async def refresh(tokens: dict[str, str]) -> dict[str, str]:
        given = {"REFRESH_TOKEN": tokens["RefreshToken"]}
        request = {"ClientId": pool.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": given}
        renewed: dict[str, str] = (await pool.call("InitiateAuth", **request))["AuthenticationResult"]
        return renewed

    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 2)
    before = await pool.sign_in(ADA)
    monkeypatch.setattr(time, "time", real)
    await pool.call("GlobalSignOut", AccessToken=before["AccessToken"])
    monkeypatch.setattr(time, "time", lambda: real() + step)
    after = await refresh(await pool.sign_in(ADA))
    assert await pool.shown(after["AccessToken"])
    with pytest.raises(AwsError, match="revoked"):
        await refresh(before)
