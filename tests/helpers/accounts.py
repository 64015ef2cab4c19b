"""People of the user pool: they sign up, confirm and sign in as a client does; administrators put them into groups."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chat_client.cognito import Tokens, sign_in

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from tests.helpers.backend import LocalBackend

CONFIRMATION_CODE = "123456"
"""The one code that MiniStack sends and accepts."""


@dataclass(frozen=True, slots=True)
class Account:
    """A confirmed account: what its owner knows, and the id that Cognito gave it."""

    username: str
    """The e-mail address: what people of this pool sign in with."""
    password: str
    sub: str
    name: str


class UserPool:
    """The user pool of one backend, through Cognito's public operations.

    Addresses get a number, so that every account is new even in a backend that has been used before.
    """

    def __init__(self, backend: LocalBackend) -> None:
        self._backend = backend
        self._run = secrets.token_hex(3)
        self._numbers = itertools.count(1)

    @property
    def _cognito(self) -> CognitoIdentityProviderClient:
        """A client for the server that runs now."""
        return self._backend.cognito()

    async def sign_up(self, name: str) -> Account:
        """Make a new account and confirm it; the pool's triggers have run when this returns.

        Args:
            name: the person's given name; the address is made from it.

        Raises:
            botocore.exceptions.ClientError: Cognito or one of its triggers refused.
        """
        return await asyncio.to_thread(self._sign_up, name)

    async def sign_in(self, account: Account) -> Tokens:
        """Sign in by SRP: the password is proven and never sent.

        Raises:
            botocore.exceptions.ClientError: ``NotAuthorizedException`` for a wrong password.
        """
        return await asyncio.to_thread(self._sign_in, account)

    async def sign_in_for(self, seconds: int, account: Account) -> Tokens:
        """Sign in for tokens that live so long; the pool's client has its own settings back when this returns.

        AWS gives a token five minutes at least; the embedded Cognito takes any number of seconds, for tests like these.
        """
        return await asyncio.to_thread(self._sign_in_for, seconds, account)

    async def add_to_group(self, account: Account, group: str) -> None:
        """Put an account into a group; tokens made from now on carry it."""
        await asyncio.to_thread(
            self._cognito.admin_add_user_to_group,
            UserPoolId=self._backend.outputs.user_pool_id,
            Username=account.username,
            GroupName=group,
        )

    async def groups(self, account: Account) -> list[str]:
        """Return the groups an account is in, sorted."""
        answer = await asyncio.to_thread(
            self._cognito.admin_list_groups_for_user,
            UserPoolId=self._backend.outputs.user_pool_id,
            Username=account.username,
        )
        return sorted(group["GroupName"] for group in answer["Groups"])

    def invent(self, name: str) -> Account:
        """Return an account that does not exist yet: new names, a good password, no id."""
        address = f"{name.lower()}-{self._run}-{next(self._numbers)}@example.com"
        return Account(address, f"Aa1!{secrets.token_urlsafe(12)}", sub="", name=name)

    def register(self, account: Account) -> str:
        """Sign an account up without confirming it; returns its id.

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
