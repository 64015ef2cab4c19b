"""Removes a deleted user from a room: membership and counts of the room in one transaction.

A room is never left without an owner: the same transaction promotes a moderator, or else the longest-standing member,
and adds an entry to the moderation log. A room without another member is archived. So is a direct room, where nobody
could reply anymore.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contract.names import DELETED_NAME, DIRECT_ROOM_PREFIX
from lambdas.common.ulids import ulid_of
from lambdas.privacy.aws import put_of, update_of
from lambdas.privacy.changes import Changes

if TYPE_CHECKING:
    from lambdas.common.items import Row
    from lambdas.privacy.aws import Chat
    from lambdas.privacy.redaction import DeletedUser

_ATTEMPTS = 10
"""Each message updates the row of its room, so that transactions on busy rooms conflict."""
_REASON = "The account of the last owner was deleted."


class BusyRoomError(RuntimeError):
    """Each attempt conflicted with another write of the room. The retry of the record continues."""


def leave(chat: Chat, room_id: str, user: DeletedUser, now: str) -> None:
    """Remove the user from a room; idempotent.

    Raises:
        BusyRoomError: Each attempt conflicted with another write.
    """
    for _ in range(_ATTEMPTS):
        membership = chat.memberships.get({"roomId": room_id, "userId": user.user_id}, consistent=True)
        if membership is None or (membership["state"] == "LEFT" and "deletedAs" in membership):
            return
        room = chat.rooms.get({"roomId": room_id}, consistent=True)
        writes = [update_of(chat.memberships, _key(membership), _left(membership, user))]
        if membership["state"] == "ACTIVE" and room is not None:
            writes += _room_writes(chat, room, membership, user, now)
        if chat.transact(writes):
            return
    raise BusyRoomError(f"room {room_id}")


def _key(row: Row) -> dict[str, Any]:
    return {"roomId": row["roomId"], "userId": row["userId"]}


def _left(membership: Row, user: DeletedUser) -> Changes:
    """Return the update of the membership. The row stays until the room is done: the job finds the room by it."""
    return Changes(
        set_attributes={"state": "LEFT", "role": "MEMBER", "displayName": DELETED_NAME, "deletedAs": user.alias},
        remove_attributes=["lastAct", "invitedBy"],
        expected={"state": membership["state"], "role": membership["role"]},
    )


def _room_writes(chat: Chat, room: Row, membership: Row, user: DeletedUser, now: str) -> list[dict[str, Any]]:
    changes = Changes(increments={"memberCount": -1}, expected={"roomId": room["roomId"]})
    more: list[dict[str, Any]] = []
    if room["roomId"].startswith(DIRECT_ROOM_PREFIX):
        changes = _closed_pair(chat, room, changes, user, now)
    elif membership["role"] == "OWNER":
        changes, more = _owner_gone(chat, room, changes, user, now)
    return [update_of(chat.rooms, {"roomId": room["roomId"]}, changes), *more]


def _owner_gone(
    chat: Chat, room: Row, changes: Changes, user: DeletedUser, now: str
) -> tuple[Changes, list[dict[str, Any]]]:
    others = [
        row
        for row in chat.memberships.query("roomId", room["roomId"])
        if row["state"] == "ACTIVE" and row["userId"] != user.user_id
    ]
    is_last = not any(row["role"] == "OWNER" for row in others)
    if "archivedAt" in room or not is_last:
        # The count may be too low after a crash, and must never be lower than the number of owners.
        owners = sum(row["role"] == "OWNER" for row in others)
        lowered = {"ownerCount": -1} if room["ownerCount"] > owners else {}
        return replace(changes, increments={**changes.increments, **lowered}, expected=_same_owners(room)), []
    if not others:
        return _archived(room, replace(changes, increments={**changes.increments, "ownerCount": -1}), now), []
    successor = min(others, key=lambda row: (row["role"] != "MODERATOR", row.get("joinedAt", now), row["userId"]))
    return replace(changes, expected=_same_owners(room)), _promotion(chat, successor, user, now)


def _same_owners(room: Row) -> dict[str, Any]:
    """Return the condition that the number of owners has not changed since the room was read."""
    return {"ownerCount": room["ownerCount"]}


def _archived(room: Row, changes: Changes, now: str) -> Changes:
    return replace(
        changes,
        set_attributes={**changes.set_attributes, "archivedAt": now, "updatedAt": now},
        remove_attributes=["listedVisibility"],
        increments={**changes.increments, "version": 1},
        expected={"memberCount": room["memberCount"], "archivedAt": None},
    )


def _closed_pair(chat: Chat, room: Row, changes: Changes, user: DeletedUser, now: str) -> Changes:
    """Return the update that archives a direct room, under the name of the remaining user."""
    names = {row["userId"]: row["displayName"] for row in chat.memberships.query("roomId", room["roomId"])}
    names[user.user_id] = DELETED_NAME
    users = room["directUserIds"]
    sets = {
        "name": ", ".join(names.get(user_id, DELETED_NAME) for user_id in users),
        "directUserIds": [user.alias if user_id == user.user_id else user_id for user_id in users],
    }
    changes = replace(changes, set_attributes=sets)
    return changes if "archivedAt" in room else _archived(room, changes, now)


def _promotion(chat: Chat, successor: Row, user: DeletedUser, now: str) -> list[dict[str, Any]]:
    """Return the update of the new owner's membership, which notifies the new owner, and the entry of the log."""
    act = {
        "auditId": ulid_of(now, "succession", successor["roomId"], successor["userId"]),
        "action": "ROLE_CHANGED",
        "actorId": user.alias,
        "actorName": DELETED_NAME,
        "reason": _REASON,
    }
    entry = {
        **act,
        "roomId": successor["roomId"],
        "userId": successor["userId"],
        "changes": [{"name": "role", "value": "OWNER"}],
        "createdAt": now,
    }
    promoted = Changes(
        set_attributes={"role": "OWNER", "lastAct": act}, expected={"state": "ACTIVE", "role": successor["role"]}
    )
    return [update_of(chat.memberships, _key(successor), promoted), put_of(chat.audit, entry)]
