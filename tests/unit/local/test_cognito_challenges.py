"""Tests of sign-in challenges: each response belongs to the session of its challenge."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tests.unit.local.cognito import PASSWORD, UserPool

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

ADA, EVE = "ada@example.com", "eve@example.com"
ANOTHER = "An0ther-Passw0rd"
INVALID = ("NotAuthorizedException", "Invalid session for the user.")


@pytest.fixture
async def two_factors(embedded: Embedded) -> UserPool:
    pool = await UserPool.create(embedded)
    settings = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
    await pool.call("SetUserPoolMfaConfig", UserPoolId=pool.id, **settings)
    return pool


def totp(secret: str) -> str:
    """Return the current code of an authenticator app (RFC 6238)."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    place = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def answer(pool: UserPool, challenge: str, address: str, session: str = "x", **more: str) -> dict[str, Any]:
    """Return the request of RespondToAuthChallenge."""
    responses = {"USERNAME": address, **more}
    named = {"ClientId": pool.client_id, "ChallengeName": challenge, "Session": session}
    return {**named, "ChallengeResponses": responses}


async def invite(pool: UserPool, address: str) -> str:
    """Create a user with a temporary password and sign in with it; return the session of the challenge."""
    created = {"UserPoolId": pool.id, "Username": address, "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS"}
    await pool.call("AdminCreateUser", **created)
    posed = await pool.call("InitiateAuth", **pool.credentials(address))
    assert posed["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    return str(posed["Session"])


@pytest.mark.conforms("cognito.challenges")
@pytest.mark.parametrize("challenge", ["NEW_PASSWORD_REQUIRED", "MFA_SETUP", "SOFTWARE_TOKEN_MFA"])
async def test_a_challenge_response_requires_its_session(pool: UserPool, challenge: str) -> None:
    await pool.sign_up(ADA)
    session = await invite(pool, EVE)
    for given in ("made-up" * 5, session):
        answered = answer(pool, challenge, ADA, given, NEW_PASSWORD=ANOTHER, SOFTWARE_TOKEN_MFA_CODE="000000")
        assert await pool.refusal("RespondToAuthChallenge", **answered) == INVALID
        admin = {**answered, "UserPoolId": pool.id}
        assert await pool.refusal("AdminRespondToAuthChallenge", **admin) == INVALID
    assert await pool.sign_in(ADA)


@pytest.mark.conforms("cognito.challenges")
async def test_a_temporary_password_is_replaced_once_by_a_valid_one(pool: UserPool) -> None:
    session = await invite(pool, EVE)
    weak = answer(pool, "NEW_PASSWORD_REQUIRED", EVE, session, NEW_PASSWORD="short")
    assert (await pool.refusal("RespondToAuthChallenge", **weak))[0] == "InvalidPasswordException"
    good = answer(pool, "NEW_PASSWORD_REQUIRED", EVE, session, NEW_PASSWORD=ANOTHER)
    assert "AuthenticationResult" in await pool.call("RespondToAuthChallenge", **good)
    assert await pool.refusal("RespondToAuthChallenge", **good) == INVALID
    assert "AuthenticationResult" in await pool.call("InitiateAuth", **pool.credentials(EVE, ANOTHER))


@pytest.mark.conforms("cognito.challenges")
async def test_required_attributes_are_set_with_the_new_password(embedded: Embedded) -> None:
    required = [{"Name": name, "AttributeDataType": "String", "Required": True} for name in ("name", "email")]
    pool = await UserPool.create(embedded, {"Schema": required})
    address = {"Name": "email", "Value": EVE}
    await pool.call(
        "AdminCreateUser",
        UserPoolId=pool.id,
        Username=EVE,
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[address],
    )
    posed = await pool.call("InitiateAuth", **pool.credentials(EVE))
    parameters = posed["ChallengeParameters"]
    assert json.loads(parameters["requiredAttributes"]) == ["userAttributes.name"]
    assert json.loads(parameters["userAttributes"]) == {"email": EVE, "name": ""}

    def respond(**attributes: str) -> dict[str, Any]:
        named = {f"userAttributes.{name}": value for name, value in attributes.items()}
        return answer(pool, "NEW_PASSWORD_REQUIRED", EVE, posed["Session"], NEW_PASSWORD=ANOTHER, **named)

    async def refused(**attributes: str) -> tuple[str, str]:
        return await pool.refusal("RespondToAuthChallenge", **respond(**attributes))

    assert await refused() == ("InvalidParameterException", "Invalid attributes given, name is missing")
    assert await refused(name="Eve", email=ADA) == (
        "NotAuthorizedException",
        "Cannot modify an already provided email",
    )
    assert (await refused(name="Eve", sub="x"))[0] == "NotAuthorizedException"
    tokens = (await pool.call("RespondToAuthChallenge", **respond(name="Eve")))["AuthenticationResult"]
    assert jwt.decode(tokens["IdToken"], options={"verify_signature": False})["name"] == "Eve"


@pytest.mark.conforms("cognito.challenges")
async def test_a_required_second_factor_is_set_up_before_tokens_are_issued(two_factors: UserPool) -> None:
    await two_factors.sign_up(ADA)
    posed = await two_factors.call("InitiateAuth", **two_factors.credentials(ADA))
    assert (posed["ChallengeName"], "AuthenticationResult" in posed) == ("MFA_SETUP", False)
    too_soon = answer(two_factors, "MFA_SETUP", ADA, posed["Session"])
    assert (await two_factors.refusal("RespondToAuthChallenge", **too_soon))[0] == "InvalidParameterException"

    begun = await two_factors.call("AssociateSoftwareToken", Session=posed["Session"])
    proof = {"Session": begun["Session"], "UserCode": totp(begun["SecretCode"])}
    proven = await two_factors.call("VerifySoftwareToken", **proof)
    done = answer(two_factors, "MFA_SETUP", ADA, proven["Session"])
    assert "AuthenticationResult" in await two_factors.call("RespondToAuthChallenge", **done)

    posed = await two_factors.call("InitiateAuth", **two_factors.credentials(ADA))
    assert posed["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    wrong = answer(two_factors, "SOFTWARE_TOKEN_MFA", ADA, posed["Session"], SOFTWARE_TOKEN_MFA_CODE="000000")
    assert (await two_factors.refusal("RespondToAuthChallenge", **wrong))[0] == "CodeMismatchException"
    code = totp(begun["SecretCode"])
    right = answer(two_factors, "SOFTWARE_TOKEN_MFA", ADA, posed["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
    assert "AuthenticationResult" in await two_factors.call("RespondToAuthChallenge", **right)
    assert await two_factors.refusal("AssociateSoftwareToken", Session="made-up" * 5) == INVALID
