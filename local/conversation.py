"""Two people of the chat, as any client would be: public Cognito operations, GraphQL over HTTP, WebSocket."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import secrets
import string
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import requests
from pycognito.aws_srp import AWSSRP
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from local.clients import clients
from local.process import LocalBackendError

if TYPE_CHECKING:
    from collections.abc import Callable

_CONFIRMATION_CODE = "123456"
"""What MiniStack mails to everybody who signs up."""
_NAMES = ("alice", "bob")
_DOMAIN = "example.com"
_ROOM = "Welcome"
_SECONDS = 15
_MESSAGE = "{ id chatRoomId seq type content authorId authorName clientMessageId createdAt }"
_LINES = (
    ("alice", "Hello Bob, can you hear me?"),
    ("bob", "Loud and clear. That was quick!"),
    ("alice", "Everything between us is on this machine."),
)


# --- their accounts ---------------------------------------------------------------------------------


def ensure_users(outputs: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Sign Alice and Bob up and confirm them, where that has not happened yet.

    Args:
        outputs: as in ``outputs.json``; the users in it keep their passwords.

    Returns:
        Name -> ``{"username", "password", "email"}``.

    Raises:
        LocalBackendError: Cognito or its trigger refused.
    """
    known: dict[str, dict[str, str]] = outputs.get("Users", {})
    cognito = _cognito(outputs)
    return {name: _ensure_user(cognito, outputs, name, known.get(name)) for name in _NAMES}


def _ensure_user(cognito: Any, outputs: dict[str, Any], name: str, user: dict[str, str] | None) -> dict[str, str]:  # noqa: ANN401
    if user is not None:
        try:
            _sign_in(cognito, outputs, user)
        except (cognito.exceptions.UserNotConfirmedException, cognito.exceptions.NotAuthorizedException):
            pass  # killed between sign-up and confirmation, or the pool is a new one
        else:
            return user
    email = f"{name}@{_DOMAIN}"
    wanted = user or {"username": email, "password": _password(), "email": email}
    try:
        _sign_up(cognito, outputs, name, wanted)
    except cognito.exceptions.ClientError as error:
        message = f"The demo user {name} could not be made: {error}"
        raise LocalBackendError(message) from error
    return wanted


def _sign_up(cognito: Any, outputs: dict[str, Any], name: str, user: dict[str, str]) -> None:  # noqa: ANN401
    client_id = outputs["UserPoolClientId"]
    attributes = [{"Name": "email", "Value": user["email"]}, {"Name": "name", "Value": name.capitalize()}]
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.sign_up(
            ClientId=client_id, Username=user["username"], Password=user["password"], UserAttributes=attributes
        )
    cognito.confirm_sign_up(ClientId=client_id, Username=user["username"], ConfirmationCode=_CONFIRMATION_CODE)


def _password() -> str:
    """Return a random password that satisfies any password policy."""
    alphabet = string.ascii_letters + string.digits
    return "aA1-" + "".join(secrets.choice(alphabet) for _ in range(20))


def _cognito(outputs: dict[str, Any]) -> Any:  # noqa: ANN401 - a boto3 client
    service = "cognito-idp"
    return clients([service], outputs["CognitoEndpoint"], region=outputs["Region"], signed=False)[service]


def _sign_in(cognito: Any, outputs: dict[str, Any], user: dict[str, str]) -> str:  # noqa: ANN401
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


# --- their clients ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Person:
    """One signed-in user: GraphQL over HTTP, and one subscription over the WebSocket protocol."""

    name: str
    token: str
    url: str
    realtime_url: str
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.http.trust_env = False  # no proxy of the user's between two processes of one machine

    async def ask(self, query: str, variables: dict[str, Any]) -> Any:  # noqa: ANN401 - GraphQL's answer
        """Run a query or mutation and return its one field.

        Raises:
            LocalBackendError: the answer has errors.
        """
        return await asyncio.to_thread(self._ask, query, variables)

    def _ask(self, query: str, variables: dict[str, Any]) -> Any:  # noqa: ANN401
        answer = self.http.post(
            self.url,
            json={"query": query, "variables": variables},
            headers={"authorization": self.token},
            timeout=_SECONDS,
        ).json()
        if answer.get("errors"):
            message = f"{self.name.capitalize()} was refused: {json.dumps(answer['errors'])}"
            raise LocalBackendError(message)
        (result,) = answer["data"].values()
        return result

    async def subscribe(self, query: str, variables: dict[str, Any]) -> ClientConnection:
        """Return a WebSocket on which the subscription has been acknowledged.

        Raises:
            LocalBackendError: the connection or the subscription was refused.
        """
        authorization = {"host": urlsplit(self.url).netloc, "Authorization": self.token}
        header = base64.b64encode(json.dumps(authorization).encode()).decode()
        payload = base64.b64encode(b"{}").decode()
        socket = await connect(
            f"{self.realtime_url}?header={quote(header)}&payload={quote(payload)}",
            subprotocols=[Subprotocol("graphql-ws")],
            proxy=None,
            open_timeout=_SECONDS,
        )
        await socket.send(json.dumps({"type": "connection_init"}))
        await self._receive(socket, "connection_ack")
        start = {
            "data": json.dumps({"query": query, "variables": variables}),
            "extensions": {"authorization": authorization},
        }
        await socket.send(json.dumps({"id": str(uuid.uuid4()), "type": "start", "payload": start}))
        await self._receive(socket, "start_ack")
        return socket

    async def next_message(self, socket: ClientConnection) -> dict[str, Any]:
        """Return what the subscription delivers next."""
        event = await self._receive(socket, "data")
        (message,) = event["payload"]["data"].values()
        delivered: dict[str, Any] = message
        return delivered

    async def _receive(self, socket: ClientConnection, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(_SECONDS):
            while True:
                message: dict[str, Any] = json.loads(await socket.recv())
                if message["type"] == kind:
                    return message
                if message["type"] != "ka":
                    text = f"{self.name.capitalize()} expected {kind} and got {json.dumps(message)}"
                    raise LocalBackendError(text)


# --- their conversation -----------------------------------------------------------------------------


def converse(outputs: dict[str, Any], *, say: Callable[[str], None]) -> None:
    """Let the two sign in, meet in a room and talk; print it.

    Raises:
        LocalBackendError: anything was refused, or did not arrive in time.
    """
    cognito = _cognito(outputs)
    people = {}
    for name in _NAMES:
        begun = time.perf_counter()
        token = _sign_in(cognito, outputs, outputs["Users"][name])
        people[name] = _Person(name, token, outputs["GraphQLURL"], outputs["RealtimeURL"])
        say(f"{name.capitalize():>7} signed in ({_milliseconds(begun)}).")
    try:
        asyncio.run(_converse(people["alice"], people["bob"], say))
    except (TimeoutError, OSError) as error:
        message = f"The conversation broke off: {error or 'nothing arrived in time'}"
        raise LocalBackendError(message) from error


async def _converse(alice: _Person, bob: _Person, say: Callable[[str], None]) -> None:
    room = await _room(alice, say)
    variables = {"chatRoomId": room["id"]}
    await bob.ask("mutation ($chatRoomId: ID!) { joinChatRoom(chatRoomId: $chatRoomId) { userId } }", variables)
    say(f'{"Bob":>7} joined "{room["name"]}".')
    query = f"subscription ($chatRoomId: ID!) {{ onMessageCreated(chatRoomId: $chatRoomId) {_MESSAGE} }}"
    sockets = {person.name: await person.subscribe(query, variables) for person in (alice, bob)}
    people = {"alice": alice, "bob": bob}
    try:
        for name, content in _LINES:
            listener = people["bob" if name == "alice" else "alice"]
            begun = time.perf_counter()
            arriving = asyncio.create_task(listener.next_message(sockets[listener.name]))
            await _send(people[name], room["id"], content)
            sent = _milliseconds(begun)
            message = await arriving
            heard = f"{listener.name.capitalize()} heard it after {_milliseconds(begun)}"
            say(f"{name.capitalize():>7}: {message['content']}   (#{message['seq']}, sent in {sent}; {heard})")
            await people[name].next_message(sockets[name])  # the sender is subscribed too
    finally:
        for socket in sockets.values():
            await socket.close()


async def _room(alice: _Person, say: Callable[[str], None]) -> dict[str, Any]:
    page = await alice.ask("query { myChatRooms(limit: 100) { items { chatRoom { id name } } } }", {})
    for entry in page["items"]:
        if entry["chatRoom"]["name"] == _ROOM:
            say(f'{"Alice":>7} is back in "{_ROOM}".')
            known: dict[str, Any] = entry["chatRoom"]
            return known
    query = "mutation ($input: CreateChatRoomInput!) { createChatRoom(input: $input) { id name } }"
    room: dict[str, Any] = await alice.ask(query, {"input": {"name": _ROOM, "visibility": "PUBLIC"}})
    say(f'{"Alice":>7} made the room "{_ROOM}".')
    return room


async def _send(person: _Person, room_id: str, content: str) -> None:
    query = f"mutation ($input: CreateMessageInput!) {{ createMessage(input: $input) {_MESSAGE} }}"
    message = {"chatRoomId": room_id, "content": content, "clientMessageId": str(uuid.uuid4())}
    await person.ask(query, {"input": message})


def _milliseconds(begun: float) -> str:
    return f"{(time.perf_counter() - begun) * 1000:.0f} ms"
