"""Tests of the attributes that clients may write and read. `schema.py` names the sources of the refusals' texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chat_client.cognito import claims
from tests.unit.local.cognito import UserPool, attributes

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

ADA = "ada@example.com"
SCHEMA = [
    {"Name": "team", "AttributeDataType": "String", "Mutable": True},
    {"Name": "badge", "AttributeDataType": "String", "Mutable": False},
    {"Name": "name", "AttributeDataType": "String", "Mutable": True, "Required": True},
]
UNAUTHORIZED = ("NotAuthorizedException", "A client attempted to write unauthorized attribute")


def invalid(message: str) -> tuple[str, str]:
    """Return an InvalidParameterException."""
    return "InvalidParameterException", message


@pytest.fixture
async def pool(embedded: Embedded) -> UserPool:
    client = {"ReadAttributes": ["email", "name"], "WriteAttributes": ["email", "name", "custom:badge"]}
    return await UserPool.create(embedded, {"Schema": SCHEMA}, client)


@pytest.fixture
async def open_pool(embedded: Embedded) -> UserPool:
    """Return a pool whose client has no attribute lists."""
    return await UserPool.create(embedded, {"Schema": SCHEMA})


@pytest.mark.conforms("cognito.write")
@pytest.mark.parametrize("written", [{"nickname": "A"}, {"email_verified": "true"}, {"cognito__groups": "Admins"}])
async def test_a_client_writes_only_its_write_attributes(pool: UserPool, written: dict[str, str]) -> None:
    assert await pool.refusal("SignUp", **pool.new_user(ADA, name="Ada", **written)) == UNAUTHORIZED
    await pool.sign_up(ADA, name="Ada")
    token = (await pool.sign_in(ADA))["AccessToken"]

    update = {"AccessToken": token, "UserAttributes": attributes(**written)}
    assert await pool.refusal("UpdateUserAttributes", **update) == UNAUTHORIZED
    assert await pool.stored(ADA) == {"email": ADA, "email_verified": "true", "name": "Ada"}


@pytest.mark.conforms("cognito.write")
async def test_a_client_without_write_attributes_writes_all_except_those_of_cognito(open_pool: UserPool) -> None:
    unknown = await open_pool.refusal("SignUp", **open_pool.new_user(ADA, custom__nothing="x"))
    assert unknown == invalid("user.custom:nothing: Attribute does not exist in the schema.\n")
    for verified in ("email_verified", "phone_number_verified"):
        assert await open_pool.refusal("SignUp", **open_pool.new_user(ADA, **{verified: "true"})) == UNAUTHORIZED
    await open_pool.sign_up(ADA, name="Ada", custom__team="red")
    assert (await open_pool.stored(ADA))["custom:team"] == "red"


@pytest.mark.conforms("cognito.schema")
async def test_immutable_required_and_unknown_attributes_cannot_be_changed(pool: UserPool) -> None:
    await pool.sign_up(ADA, name="Ada", custom__badge="7")
    before = await pool.stored(ADA)
    as_admin: dict[str, Any] = {"UserPoolId": pool.id, "Username": ADA}
    token = (await pool.sign_in(ADA))["AccessToken"]

    async def changed(**values: str) -> tuple[str, str]:
        return await pool.refusal("AdminUpdateUserAttributes", **as_admin, UserAttributes=attributes(**values))

    assert await changed(sub="00000000-0000-0000-0000-000000000000") == invalid(
        "user.sub: Attribute cannot be updated.\n"
    )
    assert await changed(custom__badge="8") == invalid("user.custom:badge: Attribute cannot be updated.\n")
    assert await changed(name="") == invalid("user.name: Required attribute cannot be deleted.\n")
    assert await changed(one="1", two="2") == invalid(
        "user.one: Attribute does not exist in the schema.\nuser.two: Attribute does not exist in the schema.\n"
    )
    own = {"AccessToken": token, "UserAttributes": attributes(custom__badge="8")}
    assert await pool.refusal("UpdateUserAttributes", **own) == invalid(
        "user.custom:badge: Attribute cannot be updated.\n"
    )
    created = {**as_admin, "Username": "new@example.com", "UserAttributes": attributes(custom__nothing="x")}
    assert "does not exist in the schema" in (await pool.refusal("AdminCreateUser", **created))[1]
    assert await pool.stored(ADA) == before


@pytest.mark.conforms("cognito.schema")
async def test_attribute_lists_of_a_client_must_be_in_the_schema(pool: UserPool) -> None:
    client = {"UserPoolId": pool.id, "ClientName": "other"}
    refused = await pool.refusal("CreateUserPoolClient", **client, WriteAttributes=["custom:nothing"])
    assert refused == invalid("Invalid write attributes specified while creating a client")
    refused = await pool.refusal(
        "UpdateUserPoolClient", UserPoolId=pool.id, ClientId=pool.client_id, ReadAttributes=["team"]
    )
    assert refused == invalid("Invalid read attributes specified while updating a client")


@pytest.mark.conforms("cognito.read")
async def test_a_client_reads_only_its_read_attributes(pool: UserPool, open_pool: UserPool) -> None:
    team = {"UserAttributes": attributes(custom__team="red")}
    for each in (pool, open_pool):
        await each.sign_up(ADA, name="Ada")
        await each.call("AdminUpdateUserAttributes", UserPoolId=each.id, Username=ADA, **team)
    tokens, open_tokens = await pool.sign_in(ADA), await open_pool.sign_in(ADA)

    assert await pool.shown(tokens["AccessToken"]) == {"email": ADA, "name": "Ada"}
    known = claims(tokens["IdToken"])
    assert (known["email"], known["name"]) == (ADA, "Ada")
    assert not {"email_verified", "custom:team"} & known.keys()
    everything = {"email": ADA, "email_verified": "true", "name": "Ada", "custom:team": "red"}
    assert await open_pool.shown(open_tokens["AccessToken"]) == everything
    assert everything | {"email_verified": True} == {
        name: value for name, value in claims(open_tokens["IdToken"]).items() if name in everything
    }
