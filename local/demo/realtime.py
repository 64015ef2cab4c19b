"""AppSync's real-time protocol as a client speaks it: one WebSocket, any number of subscriptions."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import uuid
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from local.demo.person import RefusedError
from local.errors import LocalBackendError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from local.demo.person import Person

_SECONDS = 40


class ConnectionLostError(LocalBackendError):
    """The connection has ended; connecting again may help."""


class Realtime:
    """An open connection of one person; `opened` makes it."""

    def __init__(self, person: Person, socket: ClientConnection, authorization: dict[str, str]) -> None:
        self._person = person
        self._socket = socket
        self._authorization = authorization
        self._waiting: deque[dict[str, Any]] = deque()

    async def subscribe(self, query: str, variables: dict[str, Any], operation: str | None = None) -> str:
        """Subscribe, wait for the acknowledgement and return the subscription's id.

        Raises:
            RefusedError: AppSync refused the subscription.
            ConnectionLostError: the connection ended.
        """
        subscription = str(uuid.uuid4())
        data = {"query": query, "variables": variables, "operationName": operation}
        payload = {"data": json.dumps(data), "extensions": {"authorization": self._authorization}}
        await self._send({"id": subscription, "type": "start", "payload": payload})
        async with asyncio.timeout(_SECONDS):
            while True:
                message = await self._receive()
                if message.get("id") != subscription:
                    self._waiting.append(message)
                elif message["type"] == "error":
                    raise RefusedError(self._person.name.capitalize(), message["payload"]["errors"])
                else:
                    return subscription

    async def event(self) -> tuple[str, dict[str, Any] | None]:
        """The next event: a subscription's id and ``{"data", "errors"}``, or None where the server ended it.

        Raises:
            RefusedError: AppSync ended a subscription with an error.
            ConnectionLostError: the connection ended.
        """
        message = self._waiting.popleft() if self._waiting else await self._receive()
        if message["type"] == "error":
            raise RefusedError(self._person.name.capitalize(), message["payload"]["errors"])
        return message["id"], message["payload"] if message["type"] == "data" else None

    async def acknowledged(self) -> None:
        """Open the conversation."""
        await self._send({"type": "connection_init"})
        async with asyncio.timeout(_SECONDS):
            message = await self._receive()
        if message["type"] != "connection_ack":
            raise RefusedError(self._person.name.capitalize(), message.get("payload", {}).get("errors", [message]))

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            await self._socket.send(json.dumps(message))
        except ConnectionClosed as error:
            raise ConnectionLostError(_lost(error)) from error

    async def _receive(self) -> dict[str, Any]:
        """The next message that is no keep-alive."""
        try:
            while True:
                message: dict[str, Any] = json.loads(await self._socket.recv())
                if message["type"] != "ka":
                    return message
        except ConnectionClosed as error:
            raise ConnectionLostError(_lost(error)) from error


def _lost(error: ConnectionClosed) -> str:
    reason = error.rcvd.reason if error.rcvd else ""
    return f"The connection was closed{f': {reason}' if reason else '.'}"


@contextlib.asynccontextmanager
async def opened(person: Person) -> AsyncIterator[Realtime]:
    """Connect, authorized as the person, for as long as the block runs.

    Raises:
        RefusedError: AppSync refused the connection.
        ConnectionLostError: nobody answers.
    """
    authorization = {"host": urlsplit(person.url).netloc, "Authorization": person.token}
    header = base64.urlsafe_b64encode(json.dumps(authorization).encode()).decode().rstrip("=")
    try:
        socket = await connect(
            person.realtime_url,
            subprotocols=[Subprotocol("graphql-ws"), Subprotocol(f"header-{header}")],
            proxy=None,
            open_timeout=_SECONDS,
        )
    except (OSError, TimeoutError, InvalidHandshake) as error:
        message = f"The local backend cannot be reached: {error}"
        raise ConnectionLostError(message) from error
    try:
        realtime = Realtime(person, socket, authorization)
        await realtime.acknowledged()
        yield realtime
    finally:
        await socket.close()
