"""The changes that lead to a system message.

The creation of a room does not: the room itself has its creator. An invitation does not: nobody has joined yet. A ban
is "removed" for the room; the moderation log has the details. Direct rooms get none: their two members never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.names import DIRECT_ROOM_PREFIX
from lambdas.common.system_message import SystemMessage

if TYPE_CHECKING:
    from lambdas.common.items import Row
    from lambdas.common.streams import Change


def membership_message(change: Change) -> SystemMessage | None:
    """Return the system message of a changed membership, or None.

    Args:
        change: A change in the memberships table.
    """
    was_active = (change.old or {}).get("state") == "ACTIVE"
    is_active = (change.new or {}).get("state") == "ACTIVE"
    row = change.current
    if was_active == is_active or row["roomId"].startswith(DIRECT_ROOM_PREFIX):
        return None
    if is_active:
        return None if _is_founder(change) else _joined(change)
    return _left(change, row)


def room_message(change: Change) -> SystemMessage | None:
    """Return the system message of a renamed room, or None.

    Args:
        change: A change in the rooms table; ``renamedFrom`` and ``renamedBy`` stay in the row until the next message.
    """
    room = change.new
    if room is None or "renamedFrom" not in room or not change.changed("renamedBy"):
        return None
    if room["renamedFrom"] == room["name"]:
        return None
    actor = room["renamedBy"]
    return SystemMessage(
        room_id=room["roomId"],
        event_id=change.event_id,
        kind="ROOM_RENAMED",
        user_id=actor["actorId"],
        user_name=actor["actorName"],
        name=room["name"],
        previous_name=room["renamedFrom"],
        request_id=change.request_id,
    )


def _is_founder(change: Change) -> bool:
    """Return whether the membership was created with its room: users who join later are members, not owners."""
    return change.old is None and change.current.get("role") == "OWNER"


def _joined(change: Change) -> SystemMessage:
    row = change.current
    return SystemMessage(
        room_id=row["roomId"],
        event_id=change.event_id,
        kind="MEMBER_JOINED",
        user_id=row["userId"],
        user_name=row["displayName"],
        request_id=change.request_id,
    )


def _left(change: Change, row: Row) -> SystemMessage:
    act = row.get("lastAct") if change.changed("lastAct") else None
    return SystemMessage(
        room_id=row["roomId"],
        event_id=change.event_id,
        kind="MEMBER_REMOVED" if act else "MEMBER_LEFT",
        # While an account is deleted, the message uses the alias that the author of the user's messages gets.
        user_id=row.get("deletedAs") or row["userId"],
        user_name=row["displayName"],
        actor_id=act["actorId"] if act else None,
        actor_name=act.get("actorName") if act else None,
        request_id=change.request_id,
    )
