"""The demo users, Alice and Bob: creates their accounts, or makes them usable again.

Passwords are stored in ``outputs.json`` only, before the accounts are created. After an interruption, the next ``up``
continues from there. If a password is lost, a new one is set with administrator rights.
"""

from __future__ import annotations

import json
import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from pycognito.exceptions import WarrantException

from local.clients import clients
from local.demo.person import Person, cognito_client, explained, token_of
from local.deployment.outputs import outputs_file, read_credentials, users_of, write_outputs
from local.errors import LocalAwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.environment import DataDirectory

NAMES = ("alice", "bob")
CONFIRMATION_CODE = "123456"
"""The code that MiniStack sends for every sign-up."""
_DOMAIN = "example.com"


def ensure_users(
    outputs: dict[str, Any], directory: DataDirectory, *, say: Callable[[str], None]
) -> dict[str, dict[str, str]]:
    """Write the outputs with both users, and ensure that both can sign in and chat.

    Args:
        outputs: the stack's outputs with the local addresses; users in them keep their passwords.
        directory: the data directory to write the outputs to.
        say: reports each password that had to be reset.

    Returns:
        Name -> ``{"username", "password", "email"}``.

    Raises:
        LocalAwsError: Cognito or its trigger refused, or the outputs cannot be written.
    """
    known = users_of(outputs)
    users = {name: known.get(name) or _new_user(name) for name in NAMES}
    write_outputs(directory, {**outputs, "Users": users})
    accounts = _Accounts(outputs, directory, say)
    for name, user in users.items():
        try:
            accounts.ensure(name, user)
        except (ClientError, BotoCoreError, WarrantException) as error:
            message = f"The password of the demo user {name} cannot be set: {error}"
            raise LocalAwsError(message) from error
    return users


def _new_user(name: str) -> dict[str, str]:
    email = f"{name}@{_DOMAIN}"
    return {"username": email, "password": _password(), "email": email}


def _password() -> str:
    """Return a random password that satisfies any password policy."""
    alphabet = string.ascii_letters + string.digits
    return "aA1-" + "".join(secrets.choice(alphabet) for _ in range(20))


@dataclass(slots=True)
class _Accounts:
    """The accounts in the user pool of a deployment."""

    outputs: dict[str, Any]
    directory: DataDirectory
    say: Callable[[str], None]
    _public: Any = field(init=False)
    """A client of the public operations."""

    def __post_init__(self) -> None:
        self._public = cognito_client(self.outputs)

    def ensure(self, name: str, user: dict[str, str]) -> None:
        """Ensure that a user can sign in and chat."""
        token = self._token(user)
        if token is None:
            self._repair(name, user)
            token = token_of(self._public, self.outputs, user)
        if not self._is_welcomed(name, token):
            self._welcome(user)

    def _token(self, user: dict[str, str]) -> str | None:
        """Return an ID token; None if Cognito refuses the user for any reason."""
        try:
            return token_of(self._public, self.outputs, user)
        except (ClientError, WarrantException):
            return None

    def _repair(self, name: str, user: dict[str, str]) -> None:
        cognito = self._operator("cognito-idp")
        who = self._who(user)
        try:
            account = cognito.admin_get_user(**who)
        except cognito.exceptions.UserNotFoundException:
            self._sign_up(name, user)
            return
        if not account["Enabled"]:
            cognito.admin_enable_user(**who)
        if account["UserStatus"] == "UNCONFIRMED":  # an earlier run ended between sign-up and confirmation
            cognito.admin_confirm_sign_up(**who)
            cognito.admin_update_user_attributes(
                **who, UserAttributes=[{"Name": "email_verified", "Value": "true"}]
            )  # as the confirmation code would have done
        if self._token(user) is None:
            cognito.admin_set_user_password(**who, Password=user["password"], Permanent=True)
            self.say(
                f"{name.capitalize()} has a new password, because the previous one was lost: "
                f"see {outputs_file(self.directory)}."
            )

    def _sign_up(self, name: str, user: dict[str, str]) -> None:
        client_id = self.outputs["UserPoolClientId"]
        attributes = [{"Name": "email", "Value": user["email"]}, {"Name": "name", "Value": name.capitalize()}]
        self._public.sign_up(
            ClientId=client_id, Username=user["username"], Password=user["password"], UserAttributes=attributes
        )
        self._public.confirm_sign_up(ClientId=client_id, Username=user["username"], ConfirmationCode=CONFIRMATION_CODE)

    # --- the group and the profile, which Cognito's trigger creates -----------------------------------

    def _is_welcomed(self, name: str, token: str) -> bool:
        """Return whether the trigger has completed; it creates the profile last."""
        person = Person(name, token, self.outputs)
        with explained(name):
            response = person.graphql.request("query { me { createdAt } }")
        return ((response.data or {}).get("me") or {}).get("createdAt") is not None

    def _welcome(self, user: dict[str, str]) -> None:
        """Invoke the trigger as Cognito does: a user stays confirmed if the trigger failed or was interrupted.

        Raises:
            LocalAwsError: the trigger fails again.
        """
        cognito, who = self._operator("cognito-idp"), self._who(user)
        account = cognito.admin_get_user(**who)
        pool = cognito.describe_user_pool(UserPoolId=who["UserPoolId"])["UserPool"]
        attributes = {attribute["Name"]: attribute["Value"] for attribute in account["UserAttributes"]}
        event = {
            "version": "1",
            "triggerSource": "PostConfirmation_ConfirmSignUp",
            "region": self.outputs["Region"],
            "userPoolId": who["UserPoolId"],
            "userName": account["Username"],
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": self.outputs["UserPoolClientId"]},
            "request": {"userAttributes": {**attributes, "cognito:user_status": account["UserStatus"]}},
            "response": {},
        }
        answer = self._operator("lambda").invoke(
            FunctionName=pool["LambdaConfig"]["PostConfirmation"], Payload=json.dumps(event)
        )
        if "FunctionError" in answer:
            reason = answer["Payload"].read().decode(errors="replace")[:300]
            message = f"The demo user {user['username']} has no profile, and its function fails: {reason}"
            raise LocalAwsError(message)

    def _operator(self, service: str) -> Any:  # noqa: ANN401 - a boto3 client
        credentials = read_credentials(self.directory)
        endpoint = self.outputs["CognitoEndpoint"]
        return clients([service], endpoint, credentials, region=self.outputs["Region"])[service]

    def _who(self, user: dict[str, str]) -> dict[str, str]:
        return {"UserPoolId": self.outputs["UserPoolId"], "Username": user["username"]}
