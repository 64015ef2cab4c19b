"""The events of messages and reactions whose senders did not select all that subscribers need."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from contract.names import REACTION_COUNT_PREFIX
from lambdas.common.publishing import unpublished_event
from lambdas.common.times import parse_iso8601

if TYPE_CHECKING:
    from lambdas.common.items import Row
    from lambdas.common.streams import Change

_COUNTED_AFTER = timedelta(seconds=0.5)
"""How long after its time a reply has surely been counted in its thread, unless counting failed."""


class Publisher(Protocol):
    """Subscriptions of the API. An event that is published again has the same id and revision."""

    def created(self, message_id: str, thread_root_id: str | None) -> None:
        """Bring a new message to its room, a reply with the message that its thread starts from."""
        ...

    def updated(self, message_id: str) -> None:
        """Bring an edited message to its room."""
        ...

    def deleted(self, message_id: str) -> None:
        """Bring a tombstone to its room."""
        ...

    def reacted(self, reaction: Row, *, is_added: bool) -> None:
        """Bring a reaction that was given, or taken back, to its room."""
        ...


def publish_event(change: Change, publisher: Publisher) -> bool:
    """Publish the event that a change of a message has left.

    That of a reply has the state of its thread, which the sender's call changes right after it has written the reply.
    So it is published half a second after the reply's time at the earliest; streams are seldom faster.

    Args:
        change: of the messages table.
        publisher: who tells the room.

    Returns:
        Whether there was one.

    Raises:
        ValueError: the event is of an unknown kind.
    """
    event = unpublished_event(change)
    if event is None:
        return False
    row = change.current
    message_id = _message_id(row, row["seq"])
    match event["kind"]:
        case "CREATED":
            _wait_for_count(row)
            publisher.created(message_id, row.get("threadId"))
        case "UPDATED":
            publisher.updated(message_id)
        case "DELETED":
            publisher.deleted(message_id)
        case "REACTION_ADDED":
            publisher.reacted(_reaction(row, event), is_added=True)
        case "REACTION_REMOVED":
            publisher.reacted(_reaction(row, event), is_added=False)
        case kind:
            raise ValueError(f"there is no event of the kind {kind}")
    return True


def _wait_for_count(row: Row) -> None:
    if "threadId" not in row:
        return
    rest = _COUNTED_AFTER - (datetime.now(UTC) - parse_iso8601(row["createdAt"]))
    time.sleep(min(max(rest, timedelta()), _COUNTED_AFTER).total_seconds())


def _message_id(row: Row, seq: int) -> str:
    return f"{row['roomId']}:{seq}"


def _reaction(row: Row, event: Row) -> Row:
    """Return the reaction with the count and the revision that its own change has left."""
    emoji = event["emoji"]
    in_row = sum(each.rpartition("#")[0] == emoji for each in row.get("reactions", ()))
    return {
        "messageId": _message_id(row, row["seq"]),
        "chatRoomId": row["roomId"],
        "emoji": emoji,
        "userId": event["userId"],
        "displayName": event["displayName"],
        "createdAt": event["createdAt"],
        "count": in_row + row.get(f"{REACTION_COUNT_PREFIX}{emoji}", 0),
        "revision": 1 + row.get("changes", 0),
    }
