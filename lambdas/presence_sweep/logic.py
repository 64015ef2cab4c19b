"""Marking of users as offline. Queries compute presence from the last heartbeat; the sweep only publishes the change.

An interrupted or repeated sweep is harmless: a user is marked offline on the condition that there was no heartbeat
since, and only the run that marked the user publishes it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from contract.limits import LIMITS
from lambdas.common.observability import logger
from lambdas.common.times import iso8601

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdas.common.items import Row


class SweepError(RuntimeError):
    """Some users were not marked offline, or it was not published; all users have been attempted."""


class Presence(Protocol):
    """Presence of users."""

    def not_offline(self, shard: str) -> Iterable[Row]:
        """Return the rows of a shard of the index of users that are not offline."""
        ...

    def take_offline(self, user_id: str, last_seen_at: str) -> bool:
        """Mark a user offline unless there was a heartbeat since; return whether it was done."""
        ...

    def publishes_presence(self, room_id: str, user_id: str, largest_room: int) -> bool:
        """Return whether the room is small enough for presence, and the user is an active member."""
        ...


class Publisher(Protocol):
    """Publishes to subscribers."""

    def went_offline(self, room_id: str, user_id: str, last_seen_at: str) -> None:
        """Publish to a room that a user went offline."""
        ...


def sweep(presence: Presence, publisher: Publisher, now: datetime) -> int:
    """Mark users offline whose last heartbeat is older than the limit ``offlineSeconds``.

    Args:
        presence: Presence of users.
        publisher: Publishes to subscribers.
        now: Current time, with time zone.

    Returns:
        Number of users marked offline.

    Raises:
        SweepError: It failed for some users. All users have been attempted.
    """
    latest = iso8601(now - timedelta(seconds=LIMITS["offlineSeconds"]))
    count, failed = 0, 0
    for shard in range(LIMITS["presenceShards"]):
        for row in presence.not_offline(str(shard)):
            try:
                count += _take_offline(row, latest, presence, publisher)
            except Exception:  # noqa: BLE001 - raised at the end, after the other users
                failed += 1
                logger.exception("A user was not marked offline", extra={"user_id": row.get("userId")})
    if failed:
        raise SweepError(f"{failed} users were not marked offline, {count} were")
    return count


def _take_offline(row: Row, latest: str, presence: Presence, publisher: Publisher) -> bool:
    """Mark a user offline whose last heartbeat is before ``latest``, and publish it; return whether it was done."""
    if row["lastSeenAt"] >= latest or not presence.take_offline(row["userId"], row["lastSeenAt"]):
        return False
    _publish(row, presence, publisher)
    return True


def _publish(row: Row, presence: Presence, publisher: Publisher) -> None:
    room_id = row.get("lastChatRoomId")
    if room_id and presence.publishes_presence(room_id, row["userId"], LIMITS["presenceMembersMaximum"]):
        publisher.went_offline(room_id, row["userId"], row["lastSeenAt"])
