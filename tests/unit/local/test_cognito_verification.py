"""Tests that a changed e-mail address takes effect after its code is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chat_client.cognito import claims
from tests.unit.local.cognito import CODE, UserPool, attributes

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

OLD, NEW, OTHER = "old@example.com", "new@example.com", "other@example.com"
PROVEN_FIRST = {
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "UsernameConfiguration": {"CaseSensitive": False},
}
SENT = {"Destination": "n****@e****", "DeliveryMedium": "EMAIL", "AttributeName": "email"}


@pytest.fixture
async def strict(embedded: Embedded) -> UserPool:
    """Return a pool like the stack's: an address is verified before it is changed."""
    return await UserPool.create(embedded, PROVEN_FIRST)


@pytest.fixture
async def lax(embedded: Embedded) -> UserPool:
    return await UserPool.create(embedded)


async def signed_up(pool: UserPool) -> str:
    """Return a user's access token."""
    await pool.sign_up(OLD, name="Ada")
    return (await pool.sign_in(OLD))["AccessToken"]


async def move(pool: UserPool, token: str, address: str = NEW) -> list[dict[str, str]]:
    """Change the address; return the destinations of the codes."""
    done = await pool.call("UpdateUserAttributes", AccessToken=token, UserAttributes=attributes(email=address))
    found: list[dict[str, str]] = done["CodeDeliveryDetailsList"]
    return found


@pytest.mark.conforms("cognito.verification")
async def test_the_old_email_address_is_valid_until_the_new_one_is_verified(strict: UserPool) -> None:
    token = await signed_up(strict)
    assert await move(strict, token) == [SENT]
    assert await strict.stored(OLD) == {"email": OLD, "email_verified": "true", "name": "Ada"}
    assert (await strict.refusal("InitiateAuth", **strict.credentials(NEW)))[0] in {
        "UserNotFoundException",
        "NotAuthorizedException",
    }

    proof = {"AccessToken": token, "AttributeName": "email"}
    assert (await strict.refusal("VerifyUserAttribute", **proof, Code="000000"))[0] == "CodeMismatchException"
    assert (await strict.stored(OLD))["email"] == OLD
    await strict.call("VerifyUserAttribute", **proof, Code=CODE)

    assert await strict.stored(NEW) == {"email": NEW, "email_verified": "true", "name": "Ada"}
    assert claims((await strict.sign_in(NEW))["IdToken"])["email_verified"] is True
    assert (await strict.refusal("VerifyUserAttribute", **proof, Code=CODE))[0] == "ExpiredCodeException"


@pytest.mark.conforms("cognito.verification")
async def test_without_the_pool_setting_the_address_changes_at_once_unverified(lax: UserPool) -> None:
    token = await signed_up(lax)
    assert await move(lax, token) == [SENT]
    assert await lax.stored(NEW) == {"email": NEW, "email_verified": "false", "name": "Ada"}
    assert claims((await lax.sign_in(NEW))["IdToken"])["email_verified"] is False
    assert (await lax.refusal("ForgotPassword", ClientId=lax.client_id, Username=NEW)) == (
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )

    again = await lax.call("GetUserAttributeVerificationCode", AccessToken=token, AttributeName="email")
    assert again["CodeDeliveryDetails"] == SENT
    await lax.call("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=CODE)
    assert (await lax.stored(NEW))["email_verified"] == "true"
    await lax.call("ForgotPassword", ClientId=lax.client_id, Username=NEW)


@pytest.mark.conforms("cognito.verification")
async def test_the_address_of_another_user_is_refused(strict: UserPool) -> None:
    token = await signed_up(strict)
    await move(strict, token, OTHER)
    await strict.sign_up(OTHER)
    refused = await strict.refusal("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=CODE)
    assert refused == ("AliasExistsException", "An account with the given email already exists.")
    change = {"AccessToken": token, "UserAttributes": attributes(email=OTHER.upper())}
    assert (await strict.refusal("UpdateUserAttributes", **change))[0] == "AliasExistsException"


@pytest.mark.conforms("cognito.verification")
async def test_an_address_set_by_an_administrator_is_marked_verified_or_confirmed_by_code(strict: UserPool) -> None:
    token = await signed_up(strict)
    user = {"UserPoolId": strict.id, "Username": OLD}
    await strict.call("AdminUpdateUserAttributes", **user, UserAttributes=attributes(email=NEW))
    assert (await strict.stored(OLD))["email"] == OLD
    vouched = attributes(email=NEW, email_verified="true")
    await strict.call("AdminUpdateUserAttributes", **user, UserAttributes=vouched)
    assert await strict.stored(NEW) == {"email": NEW, "email_verified": "true", "name": "Ada"}
    assert (await strict.shown(token))["email"] == NEW


@pytest.mark.conforms("cognito.verification")
async def test_confirming_the_account_verifies_its_current_address(lax: UserPool) -> None:
    await lax.call("SignUp", **lax.new_user(OLD))
    moved = {"UserPoolId": lax.id, "Username": OLD, "UserAttributes": attributes(email=NEW)}
    await lax.call("AdminUpdateUserAttributes", **moved)
    assert await lax.stored(NEW) == {"email": NEW, "email_verified": "false"}
    await lax.call("ConfirmSignUp", ClientId=lax.client_id, Username=NEW, ConfirmationCode=CODE)
    assert await lax.stored(NEW) == {"email": NEW, "email_verified": "true"}


@pytest.mark.conforms("cognito.verification")
async def test_attributes_are_deleted_by_blank_values_and_by_name(lax: UserPool) -> None:
    token = await signed_up(lax)
    await lax.call("UpdateUserAttributes", AccessToken=token, UserAttributes=attributes(nickname="A", gender="f"))
    await lax.call("UpdateUserAttributes", AccessToken=token, UserAttributes=attributes(nickname=""))
    await lax.call("DeleteUserAttributes", AccessToken=token, UserAttributeNames=["gender", "email"])
    assert await lax.shown(token) == {"name": "Ada"}


@pytest.mark.parametrize("action", ["VerifyUserAttribute", "GetUserAttributeVerificationCode", "DeleteUserAttributes"])
async def test_these_actions_require_a_valid_token(lax: UserPool, action: str) -> None:
    token = await signed_up(lax)
    head, payload, _signature = token.split(".")
    request = {"AttributeName": "email", "Code": CODE, "UserAttributeNames": ["name"]}
    for bad in (f"{head}.{payload}.AAAA", "", "x.y.z"):
        assert (await lax.refusal(action, AccessToken=bad, **request))[0] == "NotAuthorizedException"
    assert (await lax.stored(OLD))["name"] == "Ada"
