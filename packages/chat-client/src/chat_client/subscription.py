"""A subscription on a real-time connection, and its events."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from chat_client.errors import SubscriptionEndedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chat_client.graphql import Json


@dataclass(slots=True)
class Event:
    """A ``data`` message: the value of the subscription field and its arrival time (``time.perf_counter``)."""

    payload: dict[str, Any]
    received: float

    @property
    def data(self) -> Json:
        """The GraphQL ``data`` part."""
        return self.payload.get("data")


class Connection(Protocol):
    """The client of a subscription, without an import cycle between the two modules."""

    @property
    def timeout(self) -> float:
        """Seconds to wait for the server's responses."""

    async def send(self, message: Json) -> None:
        """Send a message.

        Raises:
            TransportError: the connection is lost.
        """


class Subscription:
    """A started subscription; iterate over it to receive its events.

    ``async for`` ends if the server ends the subscription, and otherwise raises the errors of `next`.
    """

    def __init__(self, client: Connection) -> None:
        self.id = str(uuid.uuid4())
        self.client = client
        self.events: deque[Event] = deque()
        """Received events that have not been consumed."""
        self.acknowledgement: dict[str, Any] = {}
        """The server's ``start_ack``."""
        self.completed = asyncio.Event()
        """Set when no more events will be delivered."""
        self.on_change: Callable[[], None] | None = None
        """Called when an event has arrived, and when the subscription has ended."""
        self.started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.error: Exception | None = None
        """The reason why no more events will be delivered."""
        self._changed = asyncio.Event()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        try:
            return await self.next()
        except SubscriptionEndedError:
            raise StopAsyncIteration from None

    async def next(self, within: float | None = None) -> Event:
        """Return the oldest event that has not been consumed.

        Args:
            within: seconds to wait; None waits until the subscription ends.

        Raises:
            TimeoutError: no event came in time.
            SubscriptionEndedError: the server has ended the subscription.
            SubscriptionError: the server has ended it with an error.
            TransportError: the connection is lost.
        """
        async with asyncio.timeout(within):
            while not self.events:
                if self.error is not None:
                    raise self.error
                self._changed.clear()
                await self._changed.wait()
        return self.events.popleft()

    async def stop(self) -> None:
        """End the subscription and wait for the server's confirmation.

        Raises:
            TransportError: the connection is lost.
            TimeoutError: the server does not respond.
        """
        await self.client.send({"type": "stop", "id": self.id})
        await asyncio.wait_for(self.completed.wait(), self.client.timeout)

    def start(self, acknowledgement: dict[str, Any]) -> None:
        """Record that the server has acknowledged the subscription."""
        self.acknowledgement = acknowledgement
        if not self.started.done():
            self.started.set_result(None)

    def receive(self, event: Event) -> None:
        """Process an event."""
        self.events.append(event)
        self._notify()

    def end(self, error: Exception) -> None:
        """End the subscription. `next` raises the error once all events are consumed."""
        if self.error is None:
            self.error = error
            self.completed.set()
            self._notify()
        if not self.started.done():
            self.started.set_exception(error)

    def _notify(self) -> None:
        self._changed.set()
        if self.on_change is not None:
            self.on_change()
