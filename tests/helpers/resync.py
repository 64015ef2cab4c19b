"""A room's view that a test controls: it connects, loses events and the connection, and applies received events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_client import RoomView

if TYPE_CHECKING:
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.realtime_client import RealtimeClient


class SteppedView(RoomView):
    """One user's view of a room, with its own connection."""

    def __init__(self, user: ChatUser, room: Row) -> None:
        super().__init__(user, room["id"])
        self._user = user
        self._connection: RealtimeClient | None = None

    async def connect(self) -> None:
        """Subscribe, then read."""
        self._connection = self._user.realtime()
        await self._connection.connect()
        await self.open(self._connection)

    async def disconnect(self) -> None:
        """Close the connection, and lose every event that has not been applied."""
        if self._connection is not None:
            await self._connection.close()
        self._connection = None
        self.subscriptions = {}

    async def take_events(self) -> None:
        """Apply the events that the server has sent so far."""
        if self._connection is not None:
            await self._connection.catch_up()
        await self.apply_pending()

    async def lose(self, name: str) -> None:
        """Drop the next event of one kind, as a network may, without any sign of it.

        Raises:
            TimeoutError: no event arrived.
        """
        await self.subscriptions[name].next()
