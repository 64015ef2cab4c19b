"""Sending a system message exactly once, however often and however often at once its stream record is delivered.

The protocol is that of ``createMessage`` (docs/adr/0003): the room's next number, a marker from the event's id to that
number, the message at the number, each on a condition. A number that was closed with VOID meanwhile is given up for a
new one, and the marker moves only away from a number that is closed: so there is never a second copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from contract.names import VOID_TYPE

if TYPE_CHECKING:
    from datetime import datetime

    from lambdas.common.items import Row
    from lambdas.common.system_message import SystemMessage

_NUMBERS = 3
"""A number is closed when it is a minute old: that this happens to several in one call is a sign of something else."""


class PlaceLostError(RuntimeError):
    """Every number was closed, or taken, before the message came there; the repeated record goes on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a room the message stands, and until when (Unix second)."""

    seq: int
    expires_at: int | None = None


class Chat(Protocol):
    """Rooms, markers and messages; each method is one step that the function may die before or after."""

    def marked(self, message: SystemMessage) -> Place | None:
        """Return the place that an earlier delivery has found, read strongly consistent."""
        ...

    def advance(self, message: SystemMessage, now: datetime) -> Place | None:
        """Take the room's next number; None where the room is not told of this, or is closed."""
        ...

    def mark(self, message: SystemMessage, place: Place, now: datetime) -> Place:
        """Keep the place unless another one is kept already; return the one that counts."""
        ...

    def put(self, message: SystemMessage, place: Place, now: datetime) -> Row:
        """Write the message unless something is there; return what is there."""
        ...

    def move(self, message: SystemMessage, closed: int, place: Place) -> Place:
        """Keep another place if the closed one is kept still; return the one that counts."""
        ...


def send(message: SystemMessage, chat: Chat, now: datetime) -> Row | None:
    """Bring a system message into its room, once.

    Args:
        message: what the room is told.
        chat: where.
        now: the time of the message.

    Returns:
        Its row, of this delivery or of an earlier one; None where there is to be none, or none any more.

    Raises:
        PlaceLostError: it is not there yet; repeating is safe.
    """
    place = chat.marked(message)
    if place is None:
        place = chat.advance(message, now)
        if place is None:
            return None
        place = chat.mark(message, place, now)
    for _ in range(_NUMBERS):
        if place.expires_at is not None and place.expires_at <= now.timestamp():
            return None
        found = chat.put(message, place, now)
        if found.get("clientMessageId") == message.event_id:
            return found
        if found["type"] != VOID_TYPE:
            break
        following = chat.advance(message, now)
        if following is None:
            return None
        place = chat.move(message, place.seq, following)
    raise PlaceLostError(f"message of event {message.event_id}")
