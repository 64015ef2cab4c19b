"""Sends a system message exactly once, even if its stream record is delivered again or concurrently.

The protocol is that of ``createMessage`` (docs/adr/0003): reserve the room's next sequence number, store it in an
idempotency record under the event's id, write the message at that number, each conditionally. If the number was closed
with VOID meanwhile, a new one is reserved. The idempotency record moves only from a closed number: there is never a
second copy.
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
"""Maximum number of sequence numbers per call. Numbers are closed after a minute: several closed ones are a defect."""


class PositionLostError(RuntimeError):
    """Each reserved number was closed or taken before the message was written. The retry of the record continues."""


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a message in a room, and its expiry (Unix timestamp in seconds)."""

    seq: int
    expires_at: int | None = None


class Chat(Protocol):
    """Rooms, idempotency records and messages. The function may crash between any two calls."""

    def marked(self, message: SystemMessage) -> Position | None:
        """Return the position that an earlier delivery reserved, read strongly consistent."""
        ...

    def advance(self, message: SystemMessage, now: datetime) -> Position | None:
        """Reserve the room's next sequence number; None if the room is archived or too large for this message."""
        ...

    def mark(self, message: SystemMessage, position: Position, now: datetime) -> Position:
        """Store the position unless another one is stored; return the stored one."""
        ...

    def put(self, message: SystemMessage, position: Position, now: datetime) -> Row:
        """Write the message unless the position is taken; return the row at the position."""
        ...

    def move(self, message: SystemMessage, closed: int, position: Position) -> Position:
        """Replace a closed position, if it is still the stored one; return the stored one."""
        ...


def send(message: SystemMessage, chat: Chat, now: datetime) -> Row | None:
    """Send a system message to its room, once.

    Args:
        message: The message.
        chat: Rooms, idempotency records and messages.
        now: Creation time of the message.

    Returns:
        Its row, from this or an earlier delivery; None if the room gets no message, or the message has expired.

    Raises:
        PositionLostError: The message is not written yet; repeating the call is safe.
    """
    position = chat.marked(message)
    if position is None:
        position = chat.advance(message, now)
        if position is None:
            return None
        position = chat.mark(message, position, now)
    for _ in range(_NUMBERS):
        if position.expires_at is not None and position.expires_at <= now.timestamp():
            return None
        found = chat.put(message, position, now)
        if found.get("clientMessageId") == message.event_id:
            return found
        if found["type"] != VOID_TYPE:
            break
        next_position = chat.advance(message, now)
        if next_position is None:
            return None
        position = chat.move(message, position.seq, next_position)
    raise PositionLostError(f"message of event {message.event_id}")
