"""User attributes that callers may change with Cognito's public operations, which clients call without a signature."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from botocore.exceptions import ClientError

from local.demo.person import cognito_client
from tests.helpers.accounts import CONFIRMATION_CODE

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import Outputs


@pytest.fixture
def public(outputs: Outputs) -> Any:  # noqa: ANN401 - a boto3 client
    """Return an unsigned Cognito client, like a browser's."""
    return cognito_client(outputs.values)


@pytest.mark.conforms("cognito.write", "cognito.groups")
@pytest.mark.parametrize("name", ["cognito:groups", "email_verified", "nickname", "custom:role"])
async def test_sign_up_accepts_only_name_and_address(
    public: Any,  # noqa: ANN401
    pool: UserPool,
    outputs: Outputs,
    name: str,
) -> None:
    account = pool.invent("Mallory")
    attributes = {"email": account.username, "name": account.name, name: "Admins"}
    with pytest.raises(ClientError, match="A client attempted to write unauthorized attribute"):
        public.sign_up(
            ClientId=outputs.client_id,
            Username=account.username,
            Password=account.password,
            UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
        )


@pytest.mark.conforms("cognito.verification")
async def test_address_is_changed_after_the_new_one_is_verified(
    public: Any,  # noqa: ANN401
    pool: UserPool,
    new_user: NewUser,
) -> None:
    grace = await new_user("Grace")
    token, new = grace.tokens.access_token, pool.invent("Grace").username
    sent = public.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "email", "Value": new}])
    assert [to["AttributeName"] for to in sent["CodeDeliveryDetailsList"]] == ["email"]
    assert await pool.sign_in(grace.account)

    public.verify_user_attribute(AccessToken=token, AttributeName="email", Code=CONFIRMATION_CODE)

    signed_in = await pool.sign_in(replace(grace.account, username=new.upper()))
    claims = jwt.decode(signed_in.id_token, options={"verify_signature": False})
    assert (claims["sub"], claims["email"], claims["email_verified"]) == (grace.id, new, True)
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        await pool.sign_in(grace.account)
