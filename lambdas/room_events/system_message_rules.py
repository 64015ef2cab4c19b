"""Which changes a room is told of.

Not of its making: who made a room is in the room itself. Not of invitations: nobody has come yet. Who is banned is
removed for the room, the moderation log knows more. Direct rooms are told nothing, their two members never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.names import DIRECT_ROOM_PREFIX
from lambdas.common.system_message import SystemMessage

if TYPE_CHECKING:
    from lambdas.common.items import Row
    from lambdas.common.streams import Change


def membership_message(change: Change) -> SystemMessage | None:
    """Return what the room is told of a changed membership.

    Args:
        change: of the memberships table.
    """
    was_active = (change.old or {}).get("state") == "ACTIVE"
    is_active = (change.new or {}).get("state") == "ACTIVE"
    row = change.current
    if was_active == is_active or row["roomId"].startswith(DIRECT_ROOM_PREFIX):
        return None
    if is_active:
        return None if _is_founder(change) else _joined(change)
    return _gone(change, row)


def room_message(change: Change) -> SystemMessage | None:
    """Return what a room is told of a change of its own row.

    Args:
        change: of the rooms table; ``renamedFrom`` and ``renamedBy`` stay in the row until its next message.
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
    """Tell whether the membership came with its room: whoever comes later comes as a member."""
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


def _gone(change: Change, row: Row) -> SystemMessage:
    act = row.get("lastAct") if change.changed("lastAct") else None
    return SystemMessage(
        room_id=row["roomId"],
        event_id=change.event_id,
        kind="MEMBER_REMOVED" if act else "MEMBER_LEFT",
        # Of somebody whose account is being deleted the room is told as of its messages' author.
        user_id=row.get("deletedAs") or row["userId"],
        user_name=row["displayName"],
        actor_id=act["actorId"] if act else None,
        actor_name=act.get("actorName") if act else None,
        request_id=change.request_id,
    )
