"""Tests of the PostConfirmation and PostAuthentication triggers with a real Lambda function."""

# ruff: noqa: ANN401 - JSON values, and boto3 clients, whose types know literal names only

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.backend import AwsError

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

REGION = "us-east-1"
PASSWORD = "Passw0rd-long-enough"
CODE = """
import json, os
def handler(event, context):
    if event["userName"].startswith("refused") and event["triggerSource"].startswith("Post"):
        raise ValueError("not this one")
    if event["triggerSource"] == "PreSignUp_SignUp":
        if event["request"]["userAttributes"]["email"].startswith("unwanted"):
            raise ValueError("Not from there.")
        event["response"]["autoConfirmUser"] = event["userName"].startswith("auto")
        return event
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps(event) + "\\n")
    return event
"""


class Pool:
    """A user pool whose triggers are one Lambda function that records its events."""

    def __init__(self, embedded: Embedded, calls: Any, pool_id: str, client_id: str) -> None:
        self._embedded = embedded
        self._calls = calls
        self.id = pool_id
        self.client_id = client_id

    async def call(self, action: str, **request: Any) -> dict[str, Any]:
        target = f"AWSCognitoIdentityProviderService.{action}"
        return await self._embedded.emulator.call_json("cognito-idp", target, request, region=REGION)

    async def sign_up(self, name: str) -> dict[str, Any]:
        attributes = [{"Name": "email", "Value": f"{name}@example.com"}]
        return await self.call(
            "SignUp", ClientId=self.client_id, Username=name, Password=PASSWORD, UserAttributes=attributes
        )

    async def confirm(self, name: str, **more: Any) -> dict[str, Any]:
        return await self.call(
            "ConfirmSignUp", ClientId=self.client_id, Username=name, ConfirmationCode="123456", **more
        )

    async def sign_in(self, name: str) -> dict[str, Any]:
        return await self.call(
            "AdminInitiateAuth",
            UserPoolId=self.id,
            ClientId=self.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )

    async def status(self, name: str) -> str:
        user = await self.call("AdminGetUser", UserPoolId=self.id, Username=name)
        return str(user["UserStatus"])

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = self._calls.read_text().splitlines() if self._calls.exists() else []
        return [event for event in map(json.loads, lines) if event["userName"] == name]

    def posted(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events(name) if event["triggerSource"].startswith("Post")]


@pytest.fixture(scope="module")
async def pool(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    calls = tmp_path_factory.mktemp("confirmation") / "calls.jsonl"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("trigger.py", CODE)
    function = {
        "FunctionName": "trigger",
        "Runtime": "python3.13",
        "Handler": "trigger.handler",
        "Role": "arn:aws:iam::000000000000:role/trigger",
        "Code": {"ZipFile": b64encode(archive.getvalue()).decode()},
        "Environment": {"Variables": {"CALLS": str(calls)}},
    }
    role = {"RoleName": "trigger", "Action": "CreateRole", "AssumeRolePolicyDocument": "{}"}
    from urllib.parse import urlencode  # noqa: PLC0415

    await embedded.emulator.call(
        "iam",
        "POST",
        "/",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(role).encode(),
        region=REGION,
    )
    answer = await embedded.emulator.call(
        "lambda", "POST", "/2015-03-31/functions", body=json.dumps(function).encode(), region=REGION
    )
    arn = json.loads(answer.body)["FunctionArn"]
    made = Pool(embedded, calls, "", "")
    created = await made.call(
        "CreateUserPool",
        PoolName="confirmation",
        AutoVerifiedAttributes=["email"],
        LambdaConfig={"PostConfirmation": arn, "PreSignUp": arn, "PostAuthentication": arn},
    )
    made.id = created["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = await made.call("CreateUserPoolClient", UserPoolId=made.id, ClientName="web", ExplicitAuthFlows=flows)
    made.client_id = client["UserPoolClient"]["ClientId"]
    return made


async def test_fires_once_with_cognitos_event_when_a_user_confirms(pool: Pool) -> None:
    signed_up = await pool.sign_up("ann")
    assert pool.events("ann") == []
    await pool.confirm("ann", ClientMetadata={"from": "test"})
    (event,) = pool.events("ann")
    assert event["version"] == "1"
    assert event["region"] == REGION
    assert event["userPoolId"] == pool.id
    assert event["triggerSource"] == "PostConfirmation_ConfirmSignUp"
    assert event["callerContext"]["clientId"] == pool.client_id
    assert event["request"]["clientMetadata"] == {"from": "test"}
    assert event["response"] == {}
    assert event["request"]["userAttributes"] == {
        "sub": signed_up["UserSub"],
        "email": "ann@example.com",
        "email_verified": "true",
        "cognito:user_status": "CONFIRMED",
    }


async def test_a_sign_up_refused_by_the_trigger_returns_the_reason_and_creates_no_user(pool: Pool) -> None:
    with pytest.raises(AwsError) as refused:
        await pool.sign_up("unwanted")
    assert refused.value.code == "UserLambdaValidationException"
    assert refused.value.message == "PreSignUp failed with error Not from there."
    with pytest.raises(AwsError, match=r"not exist|not found"):
        await pool.status("unwanted")


async def test_does_not_fire_for_a_wrong_code_or_a_second_confirmation(pool: Pool) -> None:
    await pool.sign_up("ben")
    with pytest.raises(AwsError, match=r"verification code|Invalid"):
        await pool.call("ConfirmSignUp", ClientId=pool.client_id, Username="ben", ConfirmationCode="000000")
    assert pool.events("ben") == []
    assert await pool.status("ben") == "UNCONFIRMED"
    await pool.confirm("ben")
    with pytest.raises(AwsError, match="Current status is CONFIRMED"):
        await pool.confirm("ben")
    assert len(pool.events("ben")) == 1


async def test_fires_once_when_an_administrator_confirms(pool: Pool) -> None:
    await pool.sign_up("cleo")
    await pool.call("AdminConfirmSignUp", UserPoolId=pool.id, Username="cleo")
    (event,) = pool.events("cleo")
    assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
    with pytest.raises(AwsError, match="Current status is CONFIRMED"):
        await pool.call("AdminConfirmSignUp", UserPoolId=pool.id, Username="cleo")
    assert len(pool.events("cleo")) == 1


async def test_fires_at_sign_up_when_the_pre_sign_up_trigger_confirms(pool: Pool) -> None:
    answer = await pool.sign_up("auto-dan")
    assert answer["UserConfirmed"] is True
    assert len(pool.events("auto-dan")) == 1


async def test_fires_with_another_source_after_a_forgotten_password(pool: Pool) -> None:
    await pool.sign_up("eve")
    await pool.confirm("eve")
    await pool.call("ForgotPassword", ClientId=pool.client_id, Username="eve")
    await pool.call(
        "ConfirmForgotPassword",
        ClientId=pool.client_id,
        Username="eve",
        ConfirmationCode="654321",
        Password="An0ther-long-password",
    )
    sources = [event["triggerSource"] for event in pool.events("eve")]
    assert sources == ["PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmForgotPassword"]


async def test_an_error_of_the_trigger_is_returned_and_the_user_stays_confirmed(pool: Pool) -> None:
    await pool.sign_up("refused-fay")
    with pytest.raises(AwsError, match="PostConfirmation failed with error not this one") as refused:
        await pool.confirm("refused-fay")
    assert refused.value.code == "UserLambdaValidationException"
    assert await pool.status("refused-fay") == "CONFIRMED"


async def test_a_user_of_an_administrator_is_not_confirmed_but_authenticated(pool: Pool) -> None:
    await pool.call(
        "AdminCreateUser",
        UserPoolId=pool.id,
        Username="hal",
        TemporaryPassword=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "hal@example.com"}],
        MessageAction="SUPPRESS",
    )
    challenged = await pool.sign_in("hal")
    assert challenged["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert pool.posted("hal") == []
    await pool.call(
        "AdminRespondToAuthChallenge",
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenged["Session"],
        ChallengeResponses={"USERNAME": "hal", "NEW_PASSWORD": f"{PASSWORD}-2"},
        ClientMetadata={"from": "test"},
    )
    (event,) = pool.posted("hal")
    assert event["triggerSource"] == "PostAuthentication_Authentication"
    assert event["request"]["newDeviceUsed"] is False
    assert event["request"]["clientMetadata"] == {"from": "test"}
    assert event["request"]["userAttributes"]["email"] == "hal@example.com"


async def test_a_sign_in_fires_and_a_refresh_of_tokens_does_not(pool: Pool) -> None:
    await pool.sign_up("ida")
    await pool.confirm("ida")
    tokens = (await pool.sign_in("ida"))["AuthenticationResult"]
    await pool.call(
        "AdminInitiateAuth",
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )
    sources = [event["triggerSource"] for event in pool.posted("ida")]
    assert sources == ["PostConfirmation_ConfirmSignUp", "PostAuthentication_Authentication"]


async def test_a_sign_in_fails_with_the_error_of_the_trigger(pool: Pool) -> None:
    await pool.sign_up("refused-jo")
    with pytest.raises(AwsError, match="PostConfirmation failed"):
        await pool.confirm("refused-jo")
    with pytest.raises(AwsError, match="PostAuthentication failed with error not this one") as refused:
        await pool.sign_in("refused-jo")
    assert refused.value.code == "UserLambdaValidationException"


async def test_does_not_fire_for_pools_without_a_trigger(pool: Pool, embedded: Embedded) -> None:
    plain = Pool(embedded, pool._calls, "", "")  # noqa: SLF001 - same file, to see that nothing is written
    created = await plain.call("CreateUserPool", PoolName="plain")
    plain.id = created["UserPool"]["Id"]
    client = await plain.call("CreateUserPoolClient", UserPoolId=plain.id, ClientName="web")
    plain.client_id = client["UserPoolClient"]["ClientId"]
    await plain.sign_up("gus")
    assert await plain.confirm("gus") == {}
    assert plain.events("gus") == []
