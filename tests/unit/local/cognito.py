"""A user pool of the embedded Cognito, called in process as clients and administrators call it."""

# ruff: noqa: ANN401 - JSON values

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.model import ListShape, StructureShape

from appsync_local.backend import AwsError
from local.embedded.cognito.shapes import input_shape

if TYPE_CHECKING:
    from botocore.model import Shape

    from tests.unit.local.conftest import Embedded

REGION = "us-east-1"
PASSWORD = "Passw0rd-long-enough"
CODE = "123456"


def attributes(**values: str) -> list[dict[str, str]]:
    """Return attributes in the format of requests; ``custom__x`` stands for ``custom:x``."""
    return [{"Name": name.replace("__", ":"), "Value": value} for name, value in values.items()]


def completed(service: str, action: str, **request: Any) -> dict[str, Any]:
    """Return a request with a value in every member that the action requires."""
    shape = input_shape(service, action)
    assert shape is not None
    example: dict[str, Any] = _example(shape)
    return {**example, **request}


def _example(shape: Shape) -> Any:
    examples: dict[str, Any] = {"boolean": True, "integer": 1, "list": [], "map": {}}
    if isinstance(shape, StructureShape):
        return {name: _example(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return [_example(shape.member)] * shape.metadata.get("min", 0)
    if shape.type_name in {"string", "blob"}:
        return [*shape.metadata.get("enum", []), "a" * max(shape.metadata.get("min", 0), 1)][0]
    return examples[shape.type_name]


class UserPool:
    """A user pool with one client."""

    def __init__(self, embedded: Embedded, pool_id: str, client_id: str) -> None:
        self._embedded = embedded
        self.id = pool_id
        self.client_id = client_id

    @classmethod
    async def create(
        cls, embedded: Embedded, settings: dict[str, Any] | None = None, client: dict[str, Any] | None = None
    ) -> UserPool:
        """Create a pool whose users sign in with their e-mail addresses, as that of the stack."""
        pool = cls(embedded, "", "")
        wanted = {"PoolName": "people", "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"]}
        pool.id = (await pool.call("CreateUserPool", **{**wanted, **(settings or {})}))["UserPool"]["Id"]
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        made = await pool.call(
            "CreateUserPoolClient",
            **{"UserPoolId": pool.id, "ClientName": "web", "ExplicitAuthFlows": flows, **(client or {})},
        )
        pool.client_id = made["UserPoolClient"]["ClientId"]
        return pool

    async def call(self, action: str, **request: Any) -> dict[str, Any]:
        """Call an action, signed or unsigned.

        Raises:
            AwsError: Cognito refused the call.
        """
        target = f"AWSCognitoIdentityProviderService.{action}"
        return await self._embedded.emulator.call_json("cognito-idp", target, request, region=REGION)

    async def refusal(self, action: str, **request: Any) -> tuple[str, str]:
        """Return the code and the message of a refusal."""
        with pytest.raises(AwsError) as refused:
            await self.call(action, **request)
        return refused.value.code, refused.value.message

    def new_user(self, address: str, **more: str) -> dict[str, Any]:
        """Return the request of SignUp."""
        given = attributes(email=address, **more)
        return {"ClientId": self.client_id, "Username": address, "Password": PASSWORD, "UserAttributes": given}

    async def sign_up(self, address: str, **more: str) -> None:
        """Create a confirmed user."""
        await self.call("SignUp", **self.new_user(address, **more))
        await self.call("ConfirmSignUp", ClientId=self.client_id, Username=address, ConfirmationCode=CODE)

    def credentials(self, address: str, password: str = PASSWORD) -> dict[str, Any]:
        """Return the request of InitiateAuth."""
        given = {"USERNAME": address, "PASSWORD": password}
        return {"ClientId": self.client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": given}

    async def sign_in(self, address: str) -> dict[str, str]:
        """Return the tokens of a user."""
        result = await self.call("InitiateAuth", **self.credentials(address))
        tokens: dict[str, str] = result["AuthenticationResult"]
        return tokens

    async def users(self) -> list[dict[str, Any]]:
        """Return all users, as administrators see them."""
        found: list[dict[str, Any]] = (await self.call("ListUsers", UserPoolId=self.id))["Users"]
        return found

    async def shown(self, token: str) -> dict[str, str]:
        """Return the user's attributes that a client can read, without the id."""
        found = (await self.call("GetUser", AccessToken=token))["UserAttributes"]
        return {entry["Name"]: entry["Value"] for entry in found if entry["Name"] != "sub"}

    async def stored(self, address: str) -> dict[str, str]:
        """Return all attributes of a user, as administrators see them, without the id."""
        found = (await self.call("AdminGetUser", UserPoolId=self.id, Username=address))["UserAttributes"]
        return {entry["Name"]: entry["Value"] for entry in found if entry["Name"] != "sub"}
