"""AppSync's real-time protocol: a connection for subscriptions.

Protocol: "Building a real-time WebSocket client" in the AppSync developer guide.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import quote, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from chat_client.errors import (
    GraphQLError,
    HandshakeError,
    SubscriptionEndedError,
    SubscriptionError,
    TransportError,
)
from chat_client.graphql import TIMEOUT_SECONDS, Authorization, authorization_headers
from chat_client.subscription import Event, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext
    from types import TracebackType


HeaderStyle = Literal["subprotocol", "query"]
PROTOCOL = Subprotocol("graphql-ws")


def realtime_url(graphql_url: str) -> str:
    """Return the real-time URL of a GraphQL endpoint, by AppSync's rule.

    ``https://ID.appsync-api.REGION...`` has ``wss://ID.appsync-realtime-api.REGION...``; a custom domain has
    ``/realtime`` below the endpoint.
    """
    if ".appsync-api." in graphql_url:
        return graphql_url.replace("https://", "wss://").replace(".appsync-api.", ".appsync-realtime-api.")
    return f"{graphql_url.replace('http', 'ws', 1)}/realtime"


class RealtimeClient:
    """One WebSocket connection of one caller, for any number of subscriptions; use it with ``async with``.

    It ends when the server closes it, or sends no keep-alive within the announced timeout. Then ``disconnected`` is
    set, and subscriptions raise `TransportError`. `chat_client.keep_connected` reconnects.

    Args:
        url: ``ws://`` or ``wss://`` URL of the real-time endpoint.
        authorization: of the caller, for example ``{"Authorization": token}``.
        host: the host of the GraphQL endpoint, which AppSync requires with the authorization; by default that of `url`.
        style: how the connection's authorization is sent: as a subprotocol, as in Amplify, or as a query parameter, as
            in older clients.
        ssl: trust for ``wss://``, if it is not the system's.
        timeout: seconds to wait for each response of the server.
    """

    subscription_type: type[Subscription] = Subscription

    def __init__(
        self,
        url: str,
        authorization: Authorization,
        *,
        host: str | None = None,
        style: HeaderStyle = "subprotocol",
        ssl: SSLContext | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self.timeout = timeout
        self.connection_timeout_milliseconds = 0
        """The longest time between the server's messages on a working connection."""
        self.last_keep_alive: float | None = None
        """Time of the last ``ka`` (``time.monotonic``)."""
        self.disconnected = asyncio.Event()
        self._url = url
        self._authorization = authorization
        self._host = host or urlsplit(url).netloc
        self._style = style
        self._ssl = ssl
        self._socket: ClientConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        """`_read` and `_watch`, once connected."""
        self._subscriptions: dict[str, Subscription] = {}
        self._last_received = 0.0

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(self) -> None:
        """Open the connection.

        Raises:
            HandshakeError: the server rejected the authorization.
            TransportError: the server cannot be reached or does not support the protocol.
        """
        try:
            await self._open_socket()
            answer = await self._handshake()
        except (OSError, TimeoutError, WebSocketException) as error:
            await self.close()
            raise TransportError(f"{self._url} cannot be reached: {error or 'no answer'}") from error
        if answer["type"] != "connection_ack":
            await self.close()
            raise HandshakeError(answer.get("payload") or {})
        self.connection_timeout_milliseconds = answer["payload"]["connectionTimeoutMs"]
        self._last_received = time.monotonic()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._watch())]

    async def close(self) -> None:
        """Close the connection. Its subscriptions end."""
        if self._socket is not None:
            await self._socket.close()
        if self._tasks:
            await self._tasks[0]

    async def send(self, message: dict[str, Any]) -> None:
        """Send a protocol message unchanged.

        Raises:
            TransportError: the connection is lost.
        """
        if self._socket is None:
            raise TransportError(f"{self._url} is not connected")
        try:
            await self._socket.send(json.dumps(message))
        except ConnectionClosed as error:
            raise _lost(self._url, error) from error

    async def subscribe(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation: str | None = None,
        authorization: Mapping[str, str] | None = None,
    ) -> Subscription:
        """Start a subscription and return it once the server has acknowledged it.

        Args:
            document: a GraphQL subscription.
            variables: of the subscription.
            operation: name of the operation, if the document has several.
            authorization: headers in place of the connection's.

        Raises:
            SubscriptionError: the server rejected the subscription.
            TransportError: the connection is lost.
            TimeoutError: the server does not respond.
        """
        body: dict[str, Any] = {"query": document, "variables": dict(variables or {})}
        if operation is not None:
            body["operationName"] = operation
        data = json.dumps(body)
        headers = {**await self._headers(data), **(authorization or {})}
        subscription = self.subscription_type(self)
        self._subscriptions[subscription.id] = subscription
        payload = {"data": data, "extensions": {"authorization": headers}}
        await self.send({"id": subscription.id, "type": "start", "payload": payload})
        await asyncio.wait_for(subscription.started, self.timeout)
        return subscription

    async def _headers(self, body: str) -> dict[str, str]:
        authorization = self._authorization
        if callable(authorization):  # may block
            authorization = await asyncio.to_thread(authorization_headers, authorization, self._url, body.encode())
        return {"host": self._host, **authorization}

    async def _open_socket(self) -> None:
        encoded = base64.urlsafe_b64encode(json.dumps(await self._headers("{}")).encode()).decode()
        url, protocols = self._url, [PROTOCOL]
        if self._style == "subprotocol":
            protocols.append(Subprotocol(f"header-{encoded.rstrip('=')}"))
        else:
            url = f"{url}?header={quote(encoded)}&payload={quote('e30=')}"
        self._socket = await connect(
            url,
            subprotocols=protocols,
            ssl=self._ssl,
            max_size=None,
            compression=None,
            open_timeout=self.timeout,
            ping_interval=None,  # the server sends keep-alive messages
            proxy=None,
        )

    async def _handshake(self) -> dict[str, Any]:
        """Return the response to ``connection_init``."""
        await self.send({"type": "connection_init"})
        answer = await self._receive()
        while answer["type"] == "ka":
            answer = await self._receive()
        return answer

    async def _receive(self) -> dict[str, Any]:
        if self._socket is None:
            raise TransportError(f"{self._url} is not connected")
        message: dict[str, Any] = json.loads(await asyncio.wait_for(self._socket.recv(), self.timeout))
        return message

    async def _read(self) -> None:
        if self._socket is None:
            return
        error = TransportError(f"{self._url} has closed the connection")
        try:
            async for text in self._socket:
                self._last_received = time.monotonic()
                self._dispatch(json.loads(text))
        except ConnectionClosed as closed:
            error = _lost(self._url, closed)
        finally:
            self._tasks[1].cancel()
            self.disconnected.set()
            for subscription in self._subscriptions.values():
                subscription.end(error)

    async def _watch(self) -> None:
        """Close the connection if the server sends no message within the timeout."""
        longest = self.connection_timeout_milliseconds / 1000
        while (left := self._last_received + longest - time.monotonic()) > 0:  # noqa: ASYNC110 - it looks only when time may be up
            await asyncio.sleep(left)
        if self._socket is not None:
            await self._socket.close()

    def _dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] == "ka":
            self.last_keep_alive = time.monotonic()
            return
        subscription = self._subscriptions.get(message.get("id", ""))
        if subscription is None:
            return
        match message["type"]:
            case "start_ack":
                subscription.start(message)
            case "data":
                subscription.receive(Event(message["payload"], time.perf_counter()))
            case "error":
                errors = (message.get("payload") or {}).get("errors", [])
                self._end(subscription, SubscriptionError(GraphQLError.parse(error) for error in errors))
            case "complete":
                self._end(subscription, SubscriptionEndedError("The server has ended the subscription"))

    def _end(self, subscription: Subscription, error: Exception) -> None:
        subscription.end(error)
        self._subscriptions.pop(subscription.id, None)


def _lost(url: str, error: ConnectionClosed) -> TransportError:
    reason = error.rcvd.reason if error.rcvd else ""
    return TransportError(f"{url} has closed the connection{f': {reason}' if reason else ''}")
