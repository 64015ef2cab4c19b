"""Connecting again after a connection was lost, with growing pauses."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from chat_client.errors import HandshakeError, TransportError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from chat_client.realtime import RealtimeClient

STABLE_SECONDS = 60.0
"""A connection that lived for so long makes the pauses short again."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait between attempts.

    Attributes:
        first: seconds before the second attempt; each further pause is twice as long.
        longest: seconds of the longest pause.
    """

    first: float = 1.0
    longest: float = 60.0

    def pauses(self) -> Iterator[float]:
        """Yield seconds without end. Half of each pause is random, so that not all clients come back at once."""
        pause = self.first
        while True:
            yield pause * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
            pause = min(2 * pause, self.longest)


BACKOFF = Backoff()


async def keep_connected(
    connect: Callable[[], RealtimeClient],
    use: Callable[[RealtimeClient], Awaitable[object]],
    *,
    on_lost: Callable[[Exception], None] | None = None,
    backoff: Backoff = BACKOFF,
) -> NoReturn:
    """Call `use` with an open connection, and again with a new one after each loss, until cancelled.

    Events that were sent in between are gone: `use` subscribes first, then reads what it may have missed.

    Args:
        connect: makes a connection that is not open yet.
        use: returns or raises `TransportError` when the connection is lost.
        on_lost: called with the error after each loss and each failed attempt.
        backoff: how long to wait before connecting again.

    Raises:
        HandshakeError: the connection was refused for good: the authorization is not valid.
        Exception: anything else that `use` raises.
    """
    pauses = backoff.pauses()
    while True:
        begun = time.monotonic()
        try:
            async with connect() as client:
                await use(client)
            error: Exception = TransportError("The connection was closed")
        except (TransportError, TimeoutError) as lost:
            error = lost
        except HandshakeError as refused:
            if refused.is_final:
                raise
            error = refused
        if on_lost is not None:
            on_lost(error)
        if time.monotonic() - begun > STABLE_SECONDS:
            pauses = backoff.pauses()
        await asyncio.sleep(next(pauses))
