"""Publishes events of messages and reactions that the response of the mutation did not deliver."""

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
"""Time after a reply's creation until its thread's count has been updated, unless the update failed."""


class Publisher(Protocol):
    """Publishes to subscribers. An event that is published again has the same id and revision."""

    def created(self, message_id: str, thread_root_id: str | None) -> None:
        """Publish a new message, and the root of its thread if it is a reply."""
        ...

    def updated(self, message_id: str) -> None:
        """Publish an edited message."""
        ...

    def deleted(self, message_id: str) -> None:
        """Publish the deletion of a message."""
        ...

    def reacted(self, reaction: Row, *, is_added: bool) -> None:
        """Publish that a reaction was added or removed."""
        ...


def publish_event(change: Change, publisher: Publisher) -> bool:
    """Publish the event that a mutation stored in the row of a message.

    The event of a reply has the state of its thread, which the mutation updates right after writing the reply. It is
    therefore published half a second after the reply's creation at the earliest; streams are rarely faster.

    Args:
        change: A change in the messages table.
        publisher: Publishes to subscribers.

    Returns:
        Whether there was an event.

    Raises:
        ValueError: The kind of the event is unknown.
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
            raise ValueError(f"unknown kind of event: {kind}")
    return True


def _wait_for_count(row: Row) -> None:
    if "threadId" not in row:
        return
    rest = _COUNTED_AFTER - (datetime.now(UTC) - parse_iso8601(row["createdAt"]))
    time.sleep(min(max(rest, timedelta()), _COUNTED_AFTER).total_seconds())


def _message_id(row: Row, seq: int) -> str:
    return f"{row['roomId']}:{seq}"


def _reaction(row: Row, event: Row) -> Row:
    """Return the reaction with count and revision after its own change."""
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
