"""A demo user, signed in through the public APIs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from pycognito.exceptions import WarrantException

from chat_client import ChatClient, ChatClientError, HandshakeError, OperationError, TransportError
from chat_client import cognito as chat_cognito
from local.clients import clients
from local.deployment.outputs import read_outputs, users_of
from local.errors import LocalAwsError
from local.process import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.embedded.environment import DataDirectory

_NEEDED = ("CognitoEndpoint", "Region", "UserPoolId", "UserPoolClientId", "GraphQLURL", "RealtimeURL")


class RefusedError(LocalAwsError):
    """The backend refused a user's request; ``errors`` are those of the response."""

    def __init__(self, who: str, error: OperationError | HandshakeError) -> None:
        super().__init__(f"The request of {who} was rejected: {'; '.join(map(str, error.errors)) or error}")
        self.errors = [entry.raw for entry in error.errors]


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Convert the client's errors to messages about a user.

    Raises:
        RefusedError: the backend refused the request.
        LocalAwsError: the backend did not respond, or the connection was lost.
    """
    try:
        yield
    except (OperationError, HandshakeError) as error:
        raise RefusedError(name.capitalize(), error) from error
    except TransportError as error:
        message = f"{error}. `make status` shows whether the local AWS runs."
        raise LocalAwsError(message) from error
    except ChatClientError as error:
        message = f"{error}."
        raise LocalAwsError(message) from error


def outputs_of_running(directory: DataDirectory) -> dict[str, Any]:
    """Return the outputs of the running backend.

    Raises:
        LocalAwsError: no backend runs, or nothing is deployed to it.
    """
    if running(directory) is None:
        message = "The local AWS is not running. `make up` starts it."
        raise LocalAwsError(message)
    outputs = read_outputs(directory)
    if not users_of(outputs) or not all(isinstance(outputs.get(name), str) for name in _NEEDED):
        message = "The local AWS runs, but its stack and its demo users are missing. `make up` creates them."
        raise LocalAwsError(message)
    return outputs


def cognito_client(outputs: dict[str, Any]) -> Any:  # noqa: ANN401 - a boto3 client
    """Return a client of Cognito's public operations, which need no AWS credentials."""
    service = "cognito-idp"
    return clients([service], outputs["CognitoEndpoint"], None, region=outputs["Region"])[service]


def token_of(cognito: Any, outputs: dict[str, Any], user: dict[str, str]) -> str:  # noqa: ANN401 - a boto3 client
    """Sign in and return the ID token."""
    return chat_cognito.sign_in(
        cognito,
        user_pool_id=outputs["UserPoolId"],
        client_id=outputs["UserPoolClientId"],
        username=user["username"],
        password=user["password"],
    ).id_token


def sign_in(outputs: dict[str, Any], name: str) -> Person:
    """Sign a demo user in; store nothing on disk.

    Raises:
        LocalAwsError: there is no such user, or Cognito refused.
    """
    users = users_of(outputs)
    user = users.get(name)
    if user is None:
        message = f"There is no demo user {name}; there are: {', '.join(sorted(users))}."
        raise LocalAwsError(message)
    try:
        token = token_of(cognito_client(outputs), outputs, user)
    except (ClientError, BotoCoreError, WarrantException) as error:
        message = f"{name.capitalize()} could not sign in: {error}. `make up` repairs the demo users."
        raise LocalAwsError(message) from error
    return Person(name, token, outputs)


class Person(ChatClient):
    """A signed-in user of the local AWS.

    Args:
        name: the demo user's name.
        token: the user's ID token.
        outputs: the backend's outputs.
    """

    def __init__(self, name: str, token: str, outputs: dict[str, Any]) -> None:
        super().__init__(outputs["GraphQLURL"], {"Authorization": token}, realtime=outputs["RealtimeURL"])
        self.name = name

    async def ask(self, document: str, variables: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - GraphQL's answer
        """Run a query or mutation and return its only field.

        Raises:
            RefusedError: the response has errors.
            LocalAwsError: there was no response.
        """
        with explained(self.name):
            (result,) = (await self.graphql.execute(document, variables)).values()
        return result
