"""A real-time client for tests, which records events, verifies silence, and measures the cost of subscribing."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, cast

import chat_client
from tests.helpers.graphql_client import Metered
from tests.helpers.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chat_client import Event


class Subscription(chat_client.Subscription):
    """A started subscription of a test."""

    client: RealtimeClient

    @property
    def meter(self) -> Metered:
        """The cost of subscribing, if the authorization of the connection or the subscription requested it."""
        return Metered.parse(self.acknowledgement["payload"]["extensions"]["meter"])

    async def next(self, within: float | None = PATIENCE_SECONDS) -> Event:
        """Return the oldest event not returned yet, or time out."""
        return await super().next(within)

    async def collect(self, count: int, within: float = PATIENCE_SECONDS) -> list[Event]:
        """Return the next ``count`` events.

        Raises:
            AssertionError: fewer arrived within ``within`` seconds; the message contains them.
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
        """Check that no further event has arrived.

        Args:
            seconds: how long to wait for events that a function may still publish.

        Raises:
            AssertionError: an event has arrived.
        """
        await asyncio.sleep(seconds)
        await self.client.catch_up()
        if self.events:
            raise AssertionError(f"Nothing should have arrived, but: {self.events[0].payload}")


class RealtimeClient(chat_client.RealtimeClient):
    """A connection of a test."""

    subscription_type = Subscription

    async def subscribe(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation: str | None = None,
        authorization: Mapping[str, str] | None = None,
    ) -> Subscription:
        """Start a subscription of a test."""
        started = await super().subscribe(document, variables, operation=operation, authorization=authorization)
        return cast("Subscription", started)

    async def catch_up(self) -> None:
        """Return when all events have arrived that the server has sent so far.

        The server sends the events of a mutation before the mutation's response, and keeps the order on a connection:
        events that arrive after the reply to a later message are newer than that message.
        """
        question = Subscription(self)
        self._subscriptions[question.id] = question
        await self.send({"type": "stop", "id": question.id})  # an unknown id: the server replies with an error
        await asyncio.wait_for(question.completed.wait(), PATIENCE_SECONDS)
        question.started.exception()
