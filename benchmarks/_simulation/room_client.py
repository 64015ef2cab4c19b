"""The client of an open room: the room view and all other events of the room, with measurements."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from chat_client import LiveRoomView
from chat_client.room_view import MESSAGE_FIELDS

if TYPE_CHECKING:
    from benchmarks._simulation.expected_state import ExpectedState
    from benchmarks._simulation.metrics import Metrics
    from chat_client import Event
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.realtime_client import RealtimeClient

FURTHER_FIELDS = ("onMembershipChanged", "onTypingStarted", "onTypingStopped", "onUserPresenceChanged")
ENDED_AT_ONCE = (*MESSAGE_FIELDS, "onReactionAdded", "onMembershipChanged")
"""Subscriptions that the leave mutation ends; the function room_events ends the others."""
SECONDS_AT_ONCE = 5.0
SECONDS_LATER = 60.0
"""See docs/security.md: active subscriptions end within seconds, the others when the stream record is processed."""
WINDOW = 50


class RoomClient(LiveRoomView):
    """A user's view of a room, on the user's only connection.

    Args:
        user: the user.
        room: the open room.
        run: prefix of the ids of this run's messages, which contain their times of sending.
        metrics: receives the delivery times.
        expected: receives the violations.
    """

    def __init__(self, user: ChatUser, room: Row, *, run: str, metrics: Metrics, expected: ExpectedState) -> None:
        super().__init__(user, room["id"], window=WINDOW, further_fields=FURTHER_FIELDS)
        self.user = user
        self.room = room
        self._run = run
        self._metrics = metrics
        self._expected = expected
        self.left_at: float | None = None
        """The time of the acknowledged leave (``time.perf_counter``); None while the user is a member."""

    async def is_up_to_date(self, connection: RealtimeClient, *, within: float) -> bool:
        """Process pending events, and return whether the view equals that of a newly connected client.

        Streams may still add system messages and reply counts, so the comparison is repeated until it succeeds or
        times out.
        """
        deadline = time.monotonic() + within
        while True:
            await connection.catch_up()
            if self.is_behind:
                await self.refresh()
            async with self.lock:
                await self.apply_pending()
                await self.fill()
                fresh = await self.user.history(self.room, afterSeq=self.floor)
                if self.shown() == fresh:
                    return True
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.5)

    async def receive(self, name: str, event: Event) -> None:
        """Measure an event, and apply it while the user is a member."""
        self.measure(name, event)
        if self.left_at is None:
            await super().receive(name, event)

    def failed(self, name: str, error: Exception) -> None:
        """Count an event that could not be applied."""
        super().failed(name, error)
        self._metrics.errors[f"applying {name}: {type(error).__name__}"] += 1

    def measure(self, name: str, event: Event) -> None:
        """Check that the user may receive an event, and measure its delivery."""
        allowed = SECONDS_AT_ONCE if name in ENDED_AT_ONCE else SECONDS_LATER
        holds = self.left_at is None or event.received - self.left_at <= allowed
        late = 0.0 if self.left_at is None else event.received - self.left_at
        where = f"{self.user.account.username}, {self.room['id']}"
        self._expected.check("no events for non-members", holds, f"{name} {late:.1f} s after leaving: {where}")
        row = (event.data or {}).get(name) or {}
        sent = sent_at(self._run, row.get("clientMessageId"))
        if name == "onMessageCreated" and sent is not None:
            self._metrics.delivered(name, event.received - sent)


def client_message_id(run: str, number: int, count: int) -> str:
    """Return an id that contains the time of sending, by the clock that all processes share."""
    return f"{run}:{number}:{count}:{time.perf_counter_ns()}"


def sent_at(run: str, client_message_id: str | None) -> float | None:
    """Return the time at which a message was sent; None for a message of another run."""
    parts = (client_message_id or "").split(":")
    return int(parts[3]) / 1e9 if len(parts) == 4 and parts[0] == run else None  # noqa: PLR2004 - as above
