"""One of the demo users, signed in: public Cognito operations and GraphQL over HTTP, as any client would."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from botocore.exceptions import BotoCoreError, ClientError
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import WarrantException

from local.clients import clients
from local.deployment.outputs import read_outputs, users_of
from local.errors import LocalBackendError
from local.process import running

if TYPE_CHECKING:
    from local.embedded.environment import DataDirectory

_NEEDED = ("CognitoEndpoint", "Region", "UserPoolId", "UserPoolClientId", "GraphQLURL", "RealtimeURL")
_SECONDS = 40
"""AppSync ends a request after 30."""


class RefusedError(LocalBackendError):
    """GraphQL answered with errors; ``errors`` are AppSync's."""

    def __init__(self, who: str, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{who} was refused: {'; '.join(map(sentence, errors))}")
        self.errors = errors


def sentence(error: dict[str, Any]) -> str:
    """``Unauthorized: Not Authorized to access ... (path)``."""
    path = "/".join(map(str, error.get("path") or ()))
    kind = error.get("errorType")
    return f"{f'{kind}: ' if kind else ''}{error.get('message')}{f' ({path})' if path else ''}"


def outputs_of_running(directory: DataDirectory) -> dict[str, Any]:
    """The outputs of the backend that runs.

    Raises:
        LocalBackendError: none runs, or nothing is deployed to it.
    """
    if running(directory) is None:
        message = "The local backend is not running. `make up` starts it."
        raise LocalBackendError(message)
    outputs = read_outputs(directory)
    if not users_of(outputs) or not all(isinstance(outputs.get(name), str) for name in _NEEDED):
        message = "The local backend runs, but its stack and its demo users are not there yet. `make up` makes them."
        raise LocalBackendError(message)
    return outputs


def cognito_client(outputs: dict[str, Any]) -> Any:  # noqa: ANN401 - a boto3 client
    """Cognito's public operations, which need no AWS credentials."""
    service = "cognito-idp"
    return clients([service], outputs["CognitoEndpoint"], None, region=outputs["Region"])[service]


def token_of(cognito: Any, outputs: dict[str, Any], user: dict[str, str]) -> str:  # noqa: ANN401 - a boto3 client
    """Sign in by SRP and return the ID token."""
    proof = AWSSRP(
        username=user["username"],
        password=user["password"],
        pool_id=outputs["UserPoolId"],
        client_id=outputs["UserPoolClientId"],
        client=cognito,
    )
    token: str = proof.authenticate_user()["AuthenticationResult"]["IdToken"]
    return token


def sign_in(outputs: dict[str, Any], name: str) -> Person:
    """Sign a demo user in; nothing of it is kept on disk.

    Raises:
        LocalBackendError: there is no such user, or Cognito refused.
    """
    users = users_of(outputs)
    user = users.get(name)
    if user is None:
        message = f"There is no demo user {name}; there are: {', '.join(sorted(users))}."
        raise LocalBackendError(message)
    try:
        token = token_of(cognito_client(outputs), outputs, user)
    except (ClientError, BotoCoreError, WarrantException) as error:
        message = f"{name.capitalize()} could not sign in: {error}. `make up` puts the demo users right."
        raise LocalBackendError(message) from error
    return Person(name, token, outputs["GraphQLURL"], outputs["RealtimeURL"])


@dataclass(slots=True)
class Person:
    """A signed-in user."""

    name: str
    token: str
    url: str
    realtime_url: str
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.http.trust_env = False  # no proxy of the user's between two processes of one machine

    async def ask(self, query: str, variables: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - GraphQL's answer
        """Run a query or mutation and return its one field.

        Raises:
            RefusedError: the answer has errors.
            LocalBackendError: there was no answer.
        """
        answer = await asyncio.to_thread(self.request, query, variables or {})
        if answer.get("errors"):
            raise RefusedError(self.name.capitalize(), answer["errors"])
        (result,) = answer["data"].values()
        return result

    def request(self, query: str, variables: dict[str, Any], operation: str | None = None) -> dict[str, Any]:
        """Run a query or mutation and return the whole answer, ``{"data", "errors"}``.

        Raises:
            LocalBackendError: there was no answer.
        """
        body = {"query": query, "variables": variables, "operationName": operation}
        try:
            response = self.http.post(
                self.url,
                data=json.dumps(body).encode(),
                headers={"authorization": self.token, "content-type": "application/json"},
                timeout=_SECONDS,
            )
            answer: dict[str, Any] = response.json()
        except requests.RequestException as error:
            message = f"The local backend did not answer: {error}"
            raise LocalBackendError(message) from error
        return answer
