"""The real-time client with what only tests want to know: what arrived, that nothing did, and what subscribing cost."""

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
        """What subscribing cost; only where the connection's or the subscription's authorization asked for it."""
        return Metered.parse(self.acknowledgement["payload"]["extensions"]["meter"])

    async def next(self, within: float | None = PATIENCE_SECONDS) -> Event:
        """Return the oldest event not yet taken, after a limited time."""
        return await super().next(within)

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
        """Return when all has arrived that the server has sent so far.

        It sends the events of a mutation before the mutation's answer, and on one connection everything in order: what
        comes after its answer to a question is newer than the question.
        """
        question = Subscription(self)
        self._subscriptions[question.id] = question
        await self.send({"type": "stop", "id": question.id})  # of what was never started: refused
        await asyncio.wait_for(question.completed.wait(), PATIENCE_SECONDS)
        question.started.exception()
