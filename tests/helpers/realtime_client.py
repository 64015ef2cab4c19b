"""AppSync's WebSocket protocol, in both ways of carrying the authorization that its clients use.

Protocol: "Building a real-time WebSocket client" in the AppSync developer guide. Amplify sends the connection's
authorization as a second subprotocol (``header-<base64url>``), older clients and gql as a query parameter.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import quote, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.helpers.graphql_client import GraphQLError, Json, Metered, OperationError
from tests.helpers.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext
    from types import TracebackType

HeaderStyle = Literal["subprotocol", "query"]
PROTOCOL = Subprotocol("graphql-ws")


class HandshakeError(Exception):
    """The server answered ``connection_init`` with ``connection_error``."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__(json.dumps(payload))
        self.errors = [GraphQLError.parse(error) for error in payload.get("errors", [])]
        self.codes = [error.get("errorCode") for error in payload.get("errors", [])]


class SubscriptionError(OperationError):
    """The server answered ``start`` with ``error``: nothing will ever be delivered."""


@dataclass(slots=True)
class Event:
    """One ``data`` message: what the subscription field carried and when it arrived (``time.perf_counter``)."""

    payload: dict[str, Any]
    received: float

    @property
    def data(self) -> Json:
        """The GraphQL ``data`` part."""
        return self.payload.get("data")


@dataclass(slots=True)
class Subscription:
    """A started subscription and the events it has received."""

    id: str
    client: RealtimeClient
    started: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    acknowledgement: dict[str, Any] = field(default_factory=dict)
    """The server's ``start_ack``; carries the cost where ``x-appsync-meter: on`` stood in the authorization."""
    completed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the server has ended the subscription, by ``complete`` or by a late ``error``."""

    @property
    def meter(self) -> Metered:
        """What subscribing cost; only where the connection's or the subscription's authorization asked for it."""
        return Metered.parse(self.acknowledgement["payload"]["extensions"]["meter"])

    async def next(self, within: float = PATIENCE_SECONDS) -> Event:
        """Return the oldest event not yet taken.

        Raises:
            TimeoutError: none came in ``within`` seconds.
        """
        return await asyncio.wait_for(self.events.get(), within)

    async def collect(self, count: int, within: float = PATIENCE_SECONDS) -> list[Event]:
        """Return the next ``count`` events.

        Raises:
            AssertionError: fewer came in ``within`` seconds; the message shows them.
        """
        events: list[Event] = []
        deadline = time.monotonic() + within
        while len(events) < count:
            try:
                events.append(await self.next(max(0.0, deadline - time.monotonic())))
            except TimeoutError:
                raise AssertionError(f"{len(events)} of {count} events in {within:g} s: {events}") from None
        return events

    async def stays_silent(self, seconds: float = 0.0) -> None:
        """Return if nothing has arrived that is not taken.

        Args:
            seconds: how long to wait for what no answered mutation has sent, but perhaps a function will.

        Raises:
            AssertionError: something has.
        """
        await asyncio.sleep(seconds)
        await self.client.catch_up()
        if not self.events.empty():
            raise AssertionError(f"Nothing should have arrived, but: {self.events.get_nowait().payload}")

    async def stop(self) -> None:
        """End the subscription and wait for the server to say so."""
        await self.client.send({"type": "stop", "id": self.id})
        await asyncio.wait_for(self.completed.wait(), PATIENCE_SECONDS)


class RealtimeClient:
    """One WebSocket connection of one caller.

    Args:
        url: ``ws://`` or ``wss://`` address of the realtime endpoint.
        host: the ``host`` that AppSync wants in the authorization, that of the GraphQL endpoint.
        authorization: the authorization headers without ``host``, for example ``{"Authorization": token}``.
        style: where the connection's own authorization travels.
        ssl: trust for ``wss://``.
    """

    def __init__(
        self,
        url: str,
        authorization: Mapping[str, str],
        *,
        host: str | None = None,
        style: HeaderStyle = "subprotocol",
        ssl: SSLContext | None = None,
    ) -> None:
        self._url = url
        self._authorization = {"host": host or urlsplit(url).netloc, **authorization}
        self._style = style
        self._ssl = ssl
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._subscriptions: dict[str, Subscription] = {}
        self.connection_timeout_milliseconds = 0
        self.last_keep_alive: float | None = None
        """When the newest ``ka`` arrived (``time.monotonic``)."""
        self.disconnected = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(self) -> None:
        """Open the socket and shake hands.

        Raises:
            HandshakeError: the authorization is not good.
            websockets.exceptions.InvalidStatus: the server refused the upgrade itself.
        """
        encoded = base64.urlsafe_b64encode(json.dumps(self._authorization).encode()).decode()
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
            open_timeout=PATIENCE_SECONDS,
            ping_interval=None,
        )
        await self.send({"type": "connection_init"})
        answer = json.loads(await asyncio.wait_for(self._socket.recv(), PATIENCE_SECONDS))
        while answer["type"] == "ka":
            answer = json.loads(await asyncio.wait_for(self._socket.recv(), PATIENCE_SECONDS))
        if answer["type"] != "connection_ack":
            await self._socket.close()
            raise HandshakeError(answer.get("payload") or {})
        self.connection_timeout_milliseconds = answer["payload"]["connectionTimeoutMs"]
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        """Close the socket; every subscription on it is over."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader

    async def send(self, message: dict[str, Any]) -> None:
        """Send one protocol message as it is."""
        if self._socket is None:
            raise AssertionError("Connect first")
        await self._socket.send(json.dumps(message))

    async def catch_up(self) -> None:
        """Return when all has arrived that the server has sent so far.

        It sends the events of a mutation before the mutation's answer, and on one connection everything in order: what
        comes after its answer to a question is newer than the question.
        """
        question = Subscription(str(uuid.uuid4()), self)
        question.started.set_result(None)
        self._subscriptions[question.id] = question
        await self.send({"type": "stop", "id": question.id})  # of what was never started: refused
        await asyncio.wait_for(question.completed.wait(), PATIENCE_SECONDS)
        del self._subscriptions[question.id]

    async def subscribe(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        authorization: Mapping[str, str] | None = None,
    ) -> Subscription:
        """Start a subscription and return once the server has acknowledged it.

        Args:
            document: a GraphQL subscription.
            variables: its variables.
            authorization: another caller's headers than the connection's.

        Raises:
            SubscriptionError: the server said ``error``.
            TimeoutError: it said nothing for PATIENCE_SECONDS.
        """
        subscription = Subscription(str(uuid.uuid4()), self)
        self._subscriptions[subscription.id] = subscription
        headers = {**self._authorization, **(authorization or {})}
        await self.send(
            {
                "id": subscription.id,
                "type": "start",
                "payload": {
                    "data": json.dumps({"query": document, "variables": dict(variables or {})}),
                    "extensions": {"authorization": headers},
                },
            }
        )
        await asyncio.wait_for(subscription.started, PATIENCE_SECONDS)
        return subscription

    async def _read(self) -> None:
        if self._socket is None:
            return
        try:
            async for text in self._socket:
                self._dispatch(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            self.disconnected.set()
            for subscription in self._subscriptions.values():
                subscription.completed.set()
                if not subscription.started.done():
                    subscription.started.set_exception(ConnectionError("The server closed the connection"))

    def _dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] == "ka":
            self.last_keep_alive = time.monotonic()
            return
        subscription = self._subscriptions.get(message.get("id", ""))
        if subscription is None:
            return
        match message["type"]:
            case "start_ack":
                subscription.acknowledgement = message
                subscription.started.set_result(None)
            case "data":
                subscription.events.put_nowait(Event(message["payload"], time.perf_counter()))
            case "error":
                self._refuse(subscription, message.get("payload") or {})
            case "complete":
                subscription.completed.set()

    @staticmethod
    def _refuse(subscription: Subscription, payload: dict[str, Any]) -> None:
        subscription.completed.set()
        if not subscription.started.done():
            errors = [GraphQLError.parse(error) for error in payload.get("errors", [])]
            subscription.started.set_exception(SubscriptionError(errors))
