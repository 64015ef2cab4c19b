"""The rule of the sweep. Readers judge presence by the time of the last heartbeat; the sweep only brings the news.

A sweep that breaks off or runs twice does no harm: each user is taken offline on condition that no heartbeat has come
since, and only who took the user offline tells the room.
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
    """Some users could not be taken offline, or their rooms not be told; the others have been."""


class Presence(Protocol):
    """Who is present, and where."""

    def not_offline(self, shard: str) -> Iterable[Row]:
        """Return the presence rows of one part of the index."""
        ...

    def take_offline(self, user_id: str, last_seen_at: str) -> bool:
        """Set a user offline unless there was a heartbeat since; tell whether it was done."""
        ...

    def is_told(self, room_id: str, user_id: str, largest_room: int) -> bool:
        """Tell whether the room is small enough to be told, and the user still in it."""
        ...


class Publisher(Protocol):
    """Who tells a room's subscribers."""

    def went_offline(self, room_id: str, user_id: str, last_seen_at: str) -> None:
        """Tell a room that a user has gone."""
        ...


def sweep(presence: Presence, publisher: Publisher, now: datetime) -> int:
    """Take everybody offline who has not been heard of for two minutes.

    Args:
        presence: who is present.
        publisher: who tells a room.
        now: the time of the sweep, with time zone.

    Returns:
        How many users were taken offline.

    Raises:
        SweepError: it did not work for some; it was tried for all.
    """
    latest = iso8601(now - timedelta(seconds=LIMITS["offlineSeconds"]))
    count, failed = 0, 0
    for shard in range(LIMITS["presenceShards"]):
        for row in presence.not_offline(str(shard)):
            try:
                count += _take_offline(row, latest, presence, publisher)
            except Exception:  # noqa: BLE001 - raised at the end: what one user is in the way of, others are not
                failed += 1
                logger.exception("A user was not taken offline", extra={"user_id": row.get("userId")})
    if failed:
        raise SweepError(f"{failed} users were not taken offline, {count} were")
    return count


def _take_offline(row: Row, latest: str, presence: Presence, publisher: Publisher) -> bool:
    """Take a user offline who was not heard of since ``latest``, and tell the room; tell whether that was so."""
    if row["lastSeenAt"] >= latest or not presence.take_offline(row["userId"], row["lastSeenAt"]):
        return False
    _tell(row, presence, publisher)
    return True


def _tell(row: Row, presence: Presence, publisher: Publisher) -> None:
    room_id = row.get("lastChatRoomId")
    if room_id and presence.is_told(room_id, row["userId"], LIMITS["presenceMembersMaximum"]):
        publisher.went_offline(room_id, row["userId"], row["lastSeenAt"])
