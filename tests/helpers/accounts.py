"""Accounts of the user pool: sign-up, confirmation and sign-in as by a client, and groups as by an administrator."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pycognito.aws_srp import AWSSRP

from chat_client.cognito import Tokens, sign_in

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from tests.helpers.backend import LocalBackend

CONFIRMATION_CODE = "123456"
"""The only code that MiniStack sends and accepts."""

_READ_ONLY = {
    *("Id", "Name", "Arn", "CreationDate", "LastModifiedDate", "EstimatedNumberOfUsers", "Status", "Domain"),
    *("CustomDomain", "SchemaAttributes", "UsernameAttributes", "AliasAttributes", "UsernameConfiguration"),
}
"""Members of a described user pool that UpdateUserPool does not accept."""


@dataclass(frozen=True, slots=True)
class Account:
    """A confirmed account: its credentials, and the id assigned by Cognito."""

    username: str
    """The e-mail address, which is the sign-in name in this pool."""
    password: str
    sub: str
    name: str


class UserPool:
    """The user pool of one backend, through Cognito's public operations.

    Addresses contain a number, so that every account is new even in a backend that has been used before.
    """

    def __init__(self, backend: LocalBackend) -> None:
        self._backend = backend
        self._run = secrets.token_hex(3)
        self._numbers = itertools.count(1)

    @property
    def _cognito(self) -> CognitoIdentityProviderClient:
        """Return a client for the running server."""
        return self._backend.cognito()

    async def sign_up(self, name: str) -> Account:
        """Create an account and confirm it; the triggers of the pool have run when this returns.

        Args:
            name: the user's given name; the address is derived from it.

        Raises:
            botocore.exceptions.ClientError: Cognito or one of its triggers refused.
        """
        return await asyncio.to_thread(self._sign_up, name)

    async def sign_in(self, account: Account) -> Tokens:
        """Sign in by SRP: the password is never sent.

        Raises:
            botocore.exceptions.ClientError: ``NotAuthorizedException`` for a wrong password.
        """
        return await asyncio.to_thread(self._sign_in, account)

    async def create_by_administrator(self, name: str) -> Account:
        """Create an account as an administrator; its password is temporary."""
        return await asyncio.to_thread(self._create_by_administrator, name)

    async def sign_in_first(self, account: Account, password: str) -> Tokens:
        """Sign in with the temporary password, and replace it.

        Raises:
            botocore.exceptions.ClientError: Cognito or one of its triggers refused.
        """
        return await asyncio.to_thread(self._sign_in_first, account, password)

    def invoke_at_sign_in(self, *, is_invoked: bool) -> None:
        """Set or remove the post authentication trigger of the user pool.

        AWS does not document whether Cognito invokes it after the challenge of a temporary password.
        """
        pool_id = self._backend.outputs.user_pool_id
        described: dict[str, Any] = dict(self._cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"])
        pool = {name: value for name, value in described.items() if name not in _READ_ONLY and value not in ("", None)}
        triggers = {**pool["LambdaConfig"], "PostAuthentication": pool["LambdaConfig"]["PostConfirmation"]}
        if not is_invoked:
            del triggers["PostAuthentication"]
        self._cognito.update_user_pool(UserPoolId=pool_id, **{**pool, "LambdaConfig": triggers})

    async def sign_in_for(self, seconds: int, account: Account) -> Tokens:
        """Sign in for tokens with this lifetime; the settings of the pool's client are restored afterwards.

        The minimum in AWS is five minutes; the embedded Cognito accepts any number of seconds.
        """
        return await asyncio.to_thread(self._sign_in_for, seconds, account)

    async def add_to_group(self, account: Account, group: str) -> None:
        """Add an account to a group; tokens issued from now on contain it."""
        await asyncio.to_thread(
            self._cognito.admin_add_user_to_group,
            UserPoolId=self._backend.outputs.user_pool_id,
            Username=account.username,
            GroupName=group,
        )

    async def groups(self, account: Account) -> list[str]:
        """Return the groups of an account, sorted."""
        answer = await asyncio.to_thread(
            self._cognito.admin_list_groups_for_user,
            UserPoolId=self._backend.outputs.user_pool_id,
            Username=account.username,
        )
        return sorted(group["GroupName"] for group in answer["Groups"])

    def invent(self, name: str) -> Account:
        """Return an account that does not exist yet: new names, a valid password, no id."""
        address = f"{name.lower()}-{self._run}-{next(self._numbers)}@example.com"
        return Account(address, f"Aa1!{secrets.token_urlsafe(12)}", sub="", name=name)

    def register(self, account: Account) -> str:
        """Sign an account up without confirming it; return its id.

        Raises:
            botocore.exceptions.ClientError: Cognito refused.
        """
        answer = self._cognito.sign_up(
            ClientId=self._backend.outputs.client_id,
            Username=account.username,
            Password=account.password,
            UserAttributes=[
                {"Name": "email", "Value": account.username},
                {"Name": "name", "Value": account.name},
            ],
        )
        return answer["UserSub"]

    def _sign_up(self, name: str) -> Account:
        account = self.invent(name)
        sub = self.register(account)
        self._cognito.confirm_sign_up(
            ClientId=self._backend.outputs.client_id, Username=account.username, ConfirmationCode=CONFIRMATION_CODE
        )
        return replace(account, sub=sub)

    def _create_by_administrator(self, name: str) -> Account:
        account = self.invent(name)
        attributes = {"email": account.username, "email_verified": "true", "name": name}
        user = self._cognito.admin_create_user(
            UserPoolId=self._backend.outputs.user_pool_id,
            Username=account.username,
            TemporaryPassword=account.password,
            UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
            MessageAction="SUPPRESS",
        )["User"]
        return replace(account, sub=user["Username"])

    def _sign_in_first(self, account: Account, password: str) -> Tokens:
        outputs = self._backend.outputs
        proof = AWSSRP(
            username=account.username,
            password=account.password,
            pool_id=outputs.user_pool_id,
            client_id=outputs.client_id,
            client=self._cognito,
        )
        result = proof.set_new_password_challenge(password)["AuthenticationResult"]
        return Tokens(result["IdToken"], result["AccessToken"], result["RefreshToken"])

    def _sign_in(self, account: Account) -> Tokens:
        outputs = self._backend.outputs
        return sign_in(
            self._cognito,
            user_pool_id=outputs.user_pool_id,
            client_id=outputs.client_id,
            username=account.username,
            password=account.password,
        )

    def _sign_in_for(self, seconds: int, account: Account) -> Tokens:
        outputs = self._backend.outputs
        described = self._cognito.describe_user_pool_client(
            UserPoolId=outputs.user_pool_id, ClientId=outputs.client_id
        )["UserPoolClient"]
        times = {"CreationDate", "LastModifiedDate"}
        client: dict[str, Any] = {k: v for k, v in described.items() if k not in times and v not in ("", None)}
        short = {"IdToken": "seconds", "AccessToken": "seconds", "RefreshToken": "days"}
        validity = {"IdTokenValidity": seconds, "AccessTokenValidity": seconds, "TokenValidityUnits": short}
        self._cognito.update_user_pool_client(**{**client, **validity})
        try:
            return self._sign_in(account)
        finally:
            self._cognito.update_user_pool_client(**client)
