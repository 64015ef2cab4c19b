"""Reconnects after the loss of a connection, with exponential backoff."""

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
"""A connection that lasted this long resets the backoff."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """The pauses between attempts.

    Attributes:
        first: seconds before the second attempt; each further pause is twice as long.
        longest: the longest pause in seconds.
    """

    first: float = 1.0
    longest: float = 60.0

    def pauses(self) -> Iterator[float]:
        """Yield pauses in seconds, endlessly. Half of each is random, so that clients do not all reconnect at once."""
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

    Events between two connections are lost: `use` must subscribe first, then read possibly missed data.

    Args:
        connect: creates a connection that is not open yet.
        use: returns or raises `TransportError` when the connection is lost.
        on_lost: called with the error after each loss and each failed attempt.
        backoff: how long to wait before connecting again.

    Raises:
        HandshakeError: the connection was rejected permanently: the authorization is invalid.
        Exception: any other exception of `use`.
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
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise asyncio.CancelledError  # the attempt failed at the same moment, with its own error
        if on_lost is not None:
            on_lost(error)
        if time.monotonic() - begun > STABLE_SECONDS:
            pauses = backoff.pauses()
        await asyncio.sleep(next(pauses))
