"""The target of a load test (a new local AWS, a running one or a real deployment), and its accounts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from chat_client import realtime_url
from chat_client.cognito import claims
from common.commands import OperationError
from common.json_documents import read_json, read_object
from local.demo.person import cognito_client, token_of
from ops.outputs import plain_values
from tests.helpers.accounts import UserPool
from tests.helpers.backend import LocalBackend, Outputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_SIGN_UPS_AT_ONCE = 6
_NEEDED = ("GraphQLURL", "UserPoolId", "UserPoolClientId", "Region")


class LoadError(OperationError):
    """The load test cannot run. The message names the problem, the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A signed-in account, passed to the process that simulates its user."""

    number: int
    username: str
    password: str
    user_id: str
    token: str


def read_target(file: Path) -> Outputs:
    """Read the outputs of a deployment.

    Args:
        file: ``outputs.json`` of a local AWS, the output of ``terraform output -json``, or
        ``amplify_outputs.json``.

    Raises:
        OperationError: the file is missing, or has another format.
    """
    remedy = (
        "`make up` writes .local/outputs.json; elsewhere write it with `terraform output -json` or "
        "`make outputs ENV=dev`."
    )
    document = read_object(file, remedy=remedy)
    is_amplify = isinstance(document.get("auth"), dict) and isinstance(document.get("data"), dict)
    values = _of_amplify(document) if is_amplify else plain_values(document)
    return complete(values, file)


def complete(values: Mapping[str, Any], file: Path) -> Outputs:
    """Add the derived addresses to a deployment's outputs: AWS's addresses of events and of Cognito.

    Raises:
        LoadError: an output is missing.
    """
    url = values.get("GraphQLURL") or values.get("GraphQLAPIURL")
    found = {**values, "GraphQLURL": url}
    missing = [name for name in _NEEDED if not found.get(name)]
    if missing:
        raise LoadError(f"{file} lacks {', '.join(missing)}: it is not of this stack, or the stack was never applied.")
    found.setdefault("RealtimeURL", realtime_url(str(url)))
    found.setdefault("CognitoEndpoint", f"https://cognito-idp.{found['Region']}.amazonaws.com")
    return Outputs(found)


def is_local(outputs: Outputs) -> bool:
    """Return whether the backend runs on this machine."""
    return urlsplit(outputs["GraphQLURL"]).hostname in {"127.0.0.1", "localhost", "::1"}


def local_backend(file: Path, outputs: Outputs) -> LocalBackend | None:
    """Return the local AWS that wrote the outputs; None if another one did."""
    return LocalBackend(file.resolve().parent) if is_local(outputs) and file.name == "outputs.json" else None


async def sign_everybody_up(backend: LocalBackend, users: int) -> list[dict[str, str]]:
    """Create new accounts in a local AWS, whose only confirmation code is known.

    Returns:
        ``username`` and ``password`` of each account.
    """
    pool, gate = UserPool(backend), asyncio.Semaphore(_SIGN_UPS_AT_ONCE)

    async def one(number: int) -> dict[str, str]:
        async with gate:
            account = await pool.sign_up(f"Load{number}")
            return {"username": account.username, "password": account.password}

    return await asyncio.gather(*(one(number) for number in range(users)))


def read_accounts(file: Path | None, users: int) -> list[dict[str, str]]:
    """Read accounts for a deployment in which sign-ups cannot be confirmed automatically.

    Args:
        file: a JSON list of objects with ``username`` and ``password``.
        users: the number of required accounts.

    Raises:
        LoadError: the file is missing, or has too few accounts.
    """
    remedy = (
        'Write a JSON list of {"username", "password"} and give it as --accounts; `aws cognito-idp admin-create-user` '
        "and `admin-set-user-password --permanent` make an account without an e-mail being sent."
    )
    if file is None:
        raise LoadError(f"A deployment that is not on this machine needs accounts. {remedy}")
    accounts = read_json(file, remedy=remedy)
    try:
        found = [{"username": str(one["username"]), "password": str(one["password"])} for one in accounts]
    except (LookupError, TypeError) as error:
        raise LoadError(f"{file} cannot be used: it is not a list of accounts. {remedy}") from error
    if len(found) < users:
        raise LoadError(f"{file} has {len(found)} accounts for {users} users: add some, or take --users {len(found)}.")
    return found[:users]


async def sign_everybody_in(outputs: Outputs, accounts: Iterable[Mapping[str, str]]) -> list[Credentials]:
    """Sign every account in with SRP.

    Raises:
        LoadError: Cognito refused a sign-in.
    """
    cognito = cognito_client(outputs.values)
    gate = asyncio.Semaphore(_SIGN_UPS_AT_ONCE)

    async def one(number: int, account: Mapping[str, str]) -> Credentials:
        async with gate:
            token = await asyncio.to_thread(sign_in, cognito, outputs, account)
        return Credentials(number, account["username"], account["password"], str(claims(token)["sub"]), token)

    return await asyncio.gather(*(one(number, account) for number, account in enumerate(accounts)))


def sign_in(cognito: Any, outputs: Outputs, account: Mapping[str, str]) -> str:  # noqa: ANN401 - a boto3 client
    """Sign in with SRP and return the ID token.

    Raises:
        LoadError: Cognito refused the sign-in.
    """
    try:
        return token_of(cognito, outputs.values, dict(account))
    except (ClientError, BotoCoreError) as error:
        place = f"user pool {outputs.user_pool_id} at {outputs.endpoint}"
        raise LoadError(f"{account['username']} cannot sign in to {place}: {error}. Check the account.") from error


def _of_amplify(document: dict[str, Any]) -> dict[str, Any]:
    auth, data, custom = document["auth"], document["data"], document.get("custom") or {}
    values = {
        "GraphQLURL": data.get("url"),
        "Region": data.get("aws_region"),
        "UserPoolId": auth.get("user_pool_id"),
        "UserPoolClientId": auth.get("user_pool_client_id"),
        "RealtimeURL": custom.get("realtime_url"),
        "CognitoEndpoint": custom.get("cognito_endpoint"),
    }
    return {name: value for name, value in values.items() if value}
