"""Sign-up: confirmation adds a user to the group Users and creates the profile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import jwt
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import LocalBackend


async def test_confirmation_adds_the_user_to_the_group_users(pool: UserPool) -> None:
    assert await pool.groups(await pool.sign_up("Grace")) == ["Users"]


async def test_confirmation_creates_the_profile(pool: UserPool, backend: LocalBackend) -> None:
    account = await pool.sign_up("Grace")

    profile = backend.table("users").get_item(Key={"userId": account.sub})["Item"]

    assert profile["displayName"]
    assert account.username not in str(profile["displayName"]), "an address is nobody's business"


async def test_user_can_read_their_own_profile(new_user: NewUser) -> None:
    grace = await new_user("Grace", "Moderators")

    me = await grace.me()

    assert me["id"] == grace.id
    assert sorted(me["groups"]) == ["Moderators", "Users"]
    assert "Grace" in me["displayName"]
    assert me["createdAt"]


async def test_both_tokens_contain_the_groups(new_user: NewUser) -> None:
    grace = await new_user("Grace")

    for token in (grace.tokens.id_token, grace.tokens.access_token):
        claims = jwt.decode(token, options={"verify_signature": False})
        assert claims["cognito:groups"] == ["Users"]
        assert claims["sub"] == grace.id


async def test_wrong_password_is_refused(pool: UserPool) -> None:
    account = await pool.sign_up("Grace")

    with pytest.raises(ClientError) as refused:
        await pool.sign_in(replace(account, password="Wrong-password-1"))

    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"


async def test_wrong_confirmation_code_is_refused(pool: UserPool, backend: LocalBackend) -> None:
    client_id, cognito = backend.outputs.client_id, backend.cognito()
    account = pool.invent("Grace")
    sub = pool.register(account)

    with pytest.raises(ClientError) as refused:
        cognito.confirm_sign_up(ClientId=client_id, Username=account.username, ConfirmationCode="654321")

    assert refused.value.response["Error"]["Code"] == "CodeMismatchException"
    assert "Item" not in backend.table("users").get_item(Key={"userId": sub})
    with pytest.raises(ClientError) as unconfirmed:
        await pool.sign_in(account)
    assert unconfirmed.value.response["Error"]["Code"] == "UserNotConfirmedException"


async def test_users_with_the_same_given_name_are_separate(new_user: NewUser) -> None:
    first, second = await new_user("Grace"), await new_user("Grace")

    assert first.id != second.id
    assert (await first.me())["id"] != (await second.me())["id"]


async def test_a_user_created_by_an_administrator_gets_group_and_profile_at_the_first_sign_in(
    pool: UserPool, backend: LocalBackend
) -> None:
    account = await pool.create_by_administrator("Grace")
    users = backend.table("users")
    assert "Item" not in users.get_item(Key={"userId": account.sub})

    tokens = await pool.sign_in_first(account, password=f"{account.password}-2")

    assert jwt.decode(tokens.access_token, options={"verify_signature": False})["sub"] == account.sub
    assert users.get_item(Key={"userId": account.sub})["Item"]["displayName"] == "Grace"
    assert await pool.groups(account) == ["Users"]


async def test_a_user_without_group_and_profile_gets_them_at_the_next_sign_in(
    pool: UserPool, backend: LocalBackend
) -> None:
    """As after a first sign-in that did not invoke the trigger, and for users from before it was deployed."""
    account = await pool.sign_up("Grace")
    users, cognito = backend.table("users"), backend.cognito()
    users.delete_item(Key={"userId": account.sub})
    cognito.admin_remove_user_from_group(
        UserPoolId=backend.outputs.user_pool_id, Username=account.username, GroupName="Users"
    )

    await pool.sign_in(account)

    assert users.get_item(Key={"userId": account.sub})["Item"]["displayName"] == "Grace"
    assert await pool.groups(account) == ["Users"]
