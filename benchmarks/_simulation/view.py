"""A room in view: the reference client's copy of it, fed as events come, with the rest of what a client listens to."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from websockets.exceptions import WebSocketException

from tests.helpers.graphql_client import OperationError
from tests.helpers.operations import document
from tests.helpers.resync import MESSAGE_FIELDS, REACTION_FIELDS, RoomView

if TYPE_CHECKING:
    from benchmarks._simulation.figures import Figures
    from benchmarks._simulation.ledger import Ledger
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.realtime_client import Event, RealtimeClient, Subscription

FURTHER_FIELDS = ("onMembershipChanged", "onTypingStarted", "onTypingStopped", "onUserPresenceChanged")
ENDED_AT_ONCE = (*MESSAGE_FIELDS, "onReactionAdded", "onMembershipChanged")
"""What leaving itself ends; the function room_events ends the others."""
SECONDS_AT_ONCE = 5.0
SECONDS_LATER = 60.0
"""docs/security.md: live subscriptions end within seconds, the others when the stream's record was handled."""
WINDOW = 50


class RoomInView(RoomView):
    """What one user sees of one room, on the connection that the user has for everything.

    Args:
        user: who looks.
        room: at what.
        run: the beginning of the ids of this run's messages, by which their times of sending are told.
        figures: where times of delivery go.
        ledger: where violations go.
    """

    def __init__(self, user: ChatUser, room: Row, *, run: str, figures: Figures, ledger: Ledger) -> None:
        super().__init__(user, room, window=WINDOW)
        self._run = run
        self._figures = figures
        self._ledger = ledger
        self._lock = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self.is_behind = False
        """Whether something was not applied, so that all has to be read again."""
        self.left_at: float | None = None
        """When the user's leaving was acknowledged (``time.perf_counter``); None while the user is in the room."""

    async def open(self, connection: RealtimeClient) -> None:
        """Listen, then read: the end of the room, or all that is shown already.

        Raises:
            OperationError: the API refused.
            ConnectionError: the connection is gone.
            TimeoutError: it does not answer.
        """
        names = (*MESSAGE_FIELDS, *REACTION_FIELDS, *FURTHER_FIELDS)
        subscriptions = await asyncio.gather(*(self._start(connection, name) for name in names))
        self._connection = connection
        self._subscriptions = dict(zip(names, subscriptions, strict=True))
        async with self._lock:
            if not self.messages:
                self.floor = max(0, (await self.user.room(self.room["id"]))["lastSeq"] - self.window)
            await self.read_window()
        self.is_behind = False
        self._tasks = [asyncio.create_task(self._listen(name)) for name in names]

    async def close(self) -> None:
        """Stop listening; what is shown stays as it is."""
        await self.forget()
        for subscription in self._subscriptions.values():
            if not subscription.completed.is_set():
                with suppress(OSError, TimeoutError, WebSocketException):
                    await subscription.stop()
        self._subscriptions = {}

    async def forget(self) -> None:
        """Take no further events, as after the loss of the connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def learn(self, head: int) -> None:
        """Hear how far the room is; read what is missing."""
        async with self._lock:
            await self.learn_head(head)

    async def is_up_to_date(self, *, within: float) -> bool:
        """Take what is under way, and tell whether what is shown is what a fresh client shows.

        Streams may still bring system messages, and count replies: it is asked until it is so, or the time is over.
        """
        deadline = time.monotonic() + within
        while True:
            async with self._lock:
                await self.take_events()
                if self.is_behind:
                    await self.read_window()
                    self.is_behind = False
                else:
                    await self.fill()
                fresh = await self.user.history(self.room, afterSeq=self.floor)
                if self.shown() == fresh:
                    return True
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.5)

    async def _start(self, connection: RealtimeClient, name: str) -> Subscription:
        begun = time.perf_counter()
        try:
            return await connection.subscribe(document(name), {"chatRoomId": self.room["id"]})
        finally:
            self._figures.answered(name, time.perf_counter() - begun)

    async def _listen(self, name: str) -> None:
        events = self._subscriptions[name].events
        while True:
            event = await events.get()
            self.measure(name, event)
            if name in FURTHER_FIELDS or self.left_at is not None:
                continue
            async with self._lock:
                try:
                    await self.apply(name, event)
                except (OperationError, OSError, TimeoutError) as error:
                    self.is_behind = True
                    self._figures.errors[f"applying {name}: {type(error).__name__}"] += 1

    def measure(self, name: str, event: Event) -> None:
        """Hold an event against the membership, and its arrival against its sending."""
        allowed = SECONDS_AT_ONCE if name in ENDED_AT_ONCE else SECONDS_LATER
        holds = self.left_at is None or event.received - self.left_at <= allowed
        late = 0.0 if self.left_at is None else event.received - self.left_at
        where = f"{self.user.account.username}, {self.room['id']}"
        self._ledger.check("no event for who is not in the room", holds, f"{name} {late:.1f} s after leaving: {where}")
        row = (event.data or {}).get(name) or {}
        sent = sent_at(self._run, row.get("clientMessageId"))
        if name == "onMessageCreated" and sent is not None:
            self._figures.delivered(name, event.received - sent)


def client_message_id(run: str, number: int, count: int) -> str:
    """Make an id that tells when its message began to be sent, by the clock that all processes share."""
    return f"{run}:{number}:{count}:{time.perf_counter_ns()}"


def sent_at(run: str, client_message_id: str | None) -> float | None:
    """Return when a message began to be sent; None for one that is not of this run."""
    parts = (client_message_id or "").split(":")
    return int(parts[3]) / 1e9 if len(parts) == 4 and parts[0] == run else None  # noqa: PLR2004 - as above
