"""Tests that settings of pools and clients take effect or are refused. `settings.py` names the sources of the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from local.embedded.cognito.unsupported import unsupported_feature
from tests.unit.local.cognito import UserPool, completed

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

ADA = "ada@example.com"


def invalid(message: str) -> tuple[str, str]:
    """Return an InvalidParameterException."""
    return "InvalidParameterException", message


@pytest.mark.conforms("cognito.settings")
async def test_sign_up_is_rejected_if_only_administrators_create_users(embedded: Embedded) -> None:
    pool = await UserPool.create(embedded, {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}})
    refused = await pool.refusal("SignUp", **pool.new_user(ADA))
    assert refused == ("NotAuthorizedException", "SignUp is not permitted for this user pool")
    await pool.call("AdminCreateUser", UserPoolId=pool.id, Username=ADA)


@pytest.mark.conforms("cognito.settings")
async def test_a_client_signs_in_with_its_enabled_flows(embedded: Embedded) -> None:
    pool = await UserPool.create(embedded)
    await pool.sign_up(ADA)
    flow = {"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": ADA, "SRP_A": "a1"}}
    refused = await pool.refusal("InitiateAuth", ClientId=pool.client_id, **flow)
    assert refused == invalid("USER_SRP_AUTH is not enabled for the client.")
    flows = {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}
    await pool.call("UpdateUserPoolClient", UserPoolId=pool.id, ClientId=pool.client_id, **flows)
    posed = await pool.call("InitiateAuth", ClientId=pool.client_id, **flow)
    assert posed["ChallengeName"] == "PASSWORD_VERIFIER"
    refused = await pool.refusal("InitiateAuth", **pool.credentials(ADA))
    assert refused == invalid("USER_PASSWORD_AUTH flow not enabled for this client")


@pytest.mark.conforms("cognito.settings")
@pytest.mark.parametrize("sensitive", [False, True])
async def test_user_names_are_case_sensitive_if_configured(embedded: Embedded, sensitive: bool) -> None:
    pool = await UserPool.create(embedded, {"UsernameConfiguration": {"CaseSensitive": sensitive}})
    await pool.sign_up(ADA)
    again, signing_in = pool.new_user(ADA.upper()), pool.credentials(ADA.upper())
    if sensitive:
        await pool.call("SignUp", **again)
        assert (await pool.refusal("InitiateAuth", **signing_in))[0] == "UserNotConfirmedException"
    else:
        assert (await pool.refusal("SignUp", **again))[0] == "UsernameExistsException"
        assert "AuthenticationResult" in await pool.call("InitiateAuth", **signing_in)


@pytest.mark.conforms("cognito.settings")
async def test_a_protected_pool_is_not_deleted(embedded: Embedded) -> None:
    pool = await UserPool.create(embedded, {"DeletionProtection": "ACTIVE"})
    code, message = await pool.refusal("DeleteUserPool", UserPoolId=pool.id)
    assert (code, "deletion protection is activated" in message) == ("InvalidParameterException", True)
    await pool.call("UpdateUserPool", UserPoolId=pool.id, DeletionProtection="INACTIVE")
    await pool.call("DeleteUserPool", UserPoolId=pool.id)


@pytest.mark.conforms("cognito.named")
@pytest.mark.parametrize(
    ("action", "request_body", "named"),
    [
        ("CreateUserPool", {"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True}}, "Device tracking"),
        ("UpdateUserPool", {"AutoVerifiedAttributes": ["email", "phone_number"]}, "Text messages"),
        (
            "CreateUserPool",
            {"LambdaConfig": {"UserMigration": "arn:of:a-function-here"}},
            "The trigger UserMigration",
        ),
        ("CreateUserPool", {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}}, "Password history"),
        ("CreateUserPool", {"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY"}}, "KMS keys"),
        ("CreateUserPoolClient", {"ClientSecret": "of-my-own-choice-and-long"}, "Custom client secrets"),
        ("SetUserPoolMfaConfig", {"WebAuthnConfiguration": {"RelyingPartyId": "x"}}, "Passkeys"),
        ("SetUserMFAPreference", {"SMSMfaSettings": {"Enabled": True}}, "Text messages"),
        ("ConfirmSignUp", {"ForceAliasCreation": True}, "ForceAliasCreation"),
        ("InitiateAuth", {"AuthFlow": "USER_AUTH"}, "USER_AUTH"),
    ],
)
async def test_unsupported_parameters_are_rejected(
    embedded: Embedded, action: str, request_body: dict[str, Any], named: str
) -> None:
    pool = await UserPool.create(embedded)
    code, message = await pool.refusal(action, **completed("cognito-idp", action, **request_body))
    assert code == "InvalidParameterException"
    assert named in message


@pytest.mark.conforms("cognito.named")
@pytest.mark.parametrize(
    ("action", "request_body"),
    [
        (
            "CreateUserPool",
            {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}, "LambdaConfig": {"PreSignUp": "a"}},
        ),
        ("CreateUserPoolClient", {"RefreshTokenRotation": {"Feature": "ENABLED"}}),
        ("InitiateAuth", {"AuthFlow": "USER_SRP_AUTH", "UserContextData": {}, "AnalyticsMetadata": {}}),
        ("SetUserMFAPreference", {"SoftwareTokenMfaSettings": {"Enabled": True}, "SMSMfaSettings": {"Enabled": False}}),
        ("SignUp", {"ClientMetadata": {"device": "x"}}),
    ],
)
def test_supported_parameters_are_accepted(action: str, request_body: dict[str, Any]) -> None:
    assert unsupported_feature(action, request_body) is None


@pytest.mark.conforms("cognito.named")
async def test_unsupported_actions_are_refused_by_name(embedded: Embedded) -> None:
    pool = await UserPool.create(embedded)
    actions = botocore.session.get_session().get_service_model("cognito-idp").operation_names
    answers: dict[str, str] = {}
    for action in ("GetDevice", "StartWebAuthnRegistration", "CreateUserImportJob", "AdminDeleteUserAttributes"):
        assert action in actions
        answers[action] = (await pool.refusal(action, **completed("cognito-idp", action)))[1]
    assert answers == {action: f"{action}: not run locally, see docs/local-aws.md" for action in answers}
