"""Tests that Cognito's refusals have AWS's published texts; the names of attributes are those of this project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.local.cognito import UserPool, attributes

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

ADA = "ada@example.com"
SCHEMA = [
    {"Name": "badge", "AttributeDataType": "String", "Mutable": False},
    {"Name": "name", "AttributeDataType": "String", "Mutable": True, "Required": True},
]
ADMINISTRATORS_ONLY = {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}


@pytest.mark.conforms("cognito.words")
@pytest.mark.parametrize(
    ("action", "settings", "request_", "code", "message"),
    [
        pytest.param(
            "SignUp",
            {},
            {"UserAttributes": attributes(email=ADA, name="Ada", nickname="A")},
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
            id="aws/aws-sdk-js#1319",
        ),
        pytest.param(
            "AdminUpdateUserAttributes",
            {},
            {"UserAttributes": attributes(custom__nothing="x")},
            "InvalidParameterException",
            "user.custom:nothing: Attribute does not exist in the schema.",
            id="aws-amplify/amplify-flutter#1531",
        ),
        pytest.param(
            "AdminUpdateUserAttributes",
            {},
            {"UserAttributes": attributes(custom__badge="8")},
            "InvalidParameterException",
            "user.custom:badge: Attribute cannot be updated.",
            id="aws-amplify/amplify-js#3526",
        ),
        pytest.param(
            "AdminUpdateUserAttributes",
            {},
            {"UserAttributes": attributes(name="")},
            "InvalidParameterException",
            "user.name: Required attribute cannot be deleted.",
            id="aws-amplify/aws-sdk-ios#4251",
        ),
        pytest.param(
            "CreateUserPoolClient",
            {},
            {"ClientName": "other", "WriteAttributes": ["custom:nothing"]},
            "InvalidParameterException",
            "Invalid write attributes specified while creating a client",
            id="aws/aws-sdk-java#1395",
        ),
        pytest.param(
            "SignUp",
            ADMINISTRATORS_ONLY,
            {},
            "NotAuthorizedException",
            "SignUp is not permitted for this user pool",
            id="pmill/aws-cognito#37",
        ),
        pytest.param(
            "InitiateAuth",
            {},
            {"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": ADA, "SRP_A": "1"}},
            "InvalidParameterException",
            "USER_SRP_AUTH is not enabled for the client.",
            id="aws-samples/aws-serverless-workshops#277",
        ),
        pytest.param(
            "ForgotPassword",
            {},
            {},
            "InvalidParameterException",
            "Cannot reset password for the user as there is no registered/verified email or phone_number",
            id="amazon-archives/amazon-cognito-identity-js#678",
        ),
    ],
)
async def test_errors_have_the_messages_of_aws(
    embedded: Embedded, action: str, settings: dict[str, Any], request_: dict[str, Any], code: str, message: str
) -> None:
    writable = {"WriteAttributes": ["email", "name", "custom:badge"]}
    pool = await UserPool.create(embedded, {"Schema": SCHEMA, **settings}, writable)
    given = attributes(email=ADA, name="Ada", custom__badge="7")
    known = "someone@example.com" if action == "SignUp" else ADA
    await pool.call("AdminCreateUser", UserPoolId=pool.id, Username=ADA, UserAttributes=given)
    request = pool.new_user(known, name="Ada") if action == "SignUp" else {"UserPoolId": pool.id, "Username": known}
    request = {"ClientId": pool.client_id, **request, **request_}
    if action == "CreateUserPoolClient":
        request = {"UserPoolId": pool.id, **request_}

    refused = await pool.refusal(action, **request)

    assert (refused[0], refused[1].rstrip("\n.")) == (code, message.rstrip("."))
