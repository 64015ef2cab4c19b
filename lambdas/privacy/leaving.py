"""The leaving of somebody whose account is deleted: membership and counts of the room in one transaction.

No room is left without an owner: a moderator, or else the member of longest standing, is made one in the same
transaction, which the moderation log tells. A room without another member is archived, and so is a direct room, where
nobody could answer any more.
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
    from lambdas.privacy.redaction import Leaver

_ATTEMPTS = 10
"""A room in which people write is busy: each message writes its row, too."""
_REASON = "The account of the last owner was deleted."


class BusyRoomError(RuntimeError):
    """The room changed again and again at the same moment; the repeated record goes on."""


def leave(chat: Chat, room_id: str, leaver: Leaver, now: str) -> None:
    """Take the user out of a room. Repeating changes nothing.

    Raises:
        BusyRoomError: others changed the room all the time.
    """
    for _ in range(_ATTEMPTS):
        membership = chat.memberships.get({"roomId": room_id, "userId": leaver.user_id}, consistent=True)
        if membership is None or (membership["state"] == "LEFT" and "deletedAs" in membership):
            return
        room = chat.rooms.get({"roomId": room_id}, consistent=True)
        writes = [update_of(chat.memberships, _key(membership), _left(membership, leaver))]
        if membership["state"] == "ACTIVE" and room is not None:
            writes += _room_writes(chat, room, membership, leaver, now)
        if chat.transact(writes):
            return
    raise BusyRoomError(f"room {room_id}")


def _key(row: Row) -> dict[str, Any]:
    return {"roomId": row["roomId"], "userId": row["userId"]}


def _left(membership: Row, leaver: Leaver) -> Changes:
    """The membership without its name. The row stays until the room is done: by it the job finds the room."""
    return Changes(
        sets={"state": "LEFT", "role": "MEMBER", "displayName": DELETED_NAME, "deletedAs": leaver.alias},
        removes=["lastAct", "invitedBy"],
        expected={"state": membership["state"], "role": membership["role"]},
    )


def _room_writes(chat: Chat, room: Row, membership: Row, leaver: Leaver, now: str) -> list[dict[str, Any]]:
    changes = Changes(adds={"memberCount": -1}, expected={"roomId": room["roomId"]})
    more: list[dict[str, Any]] = []
    if room["roomId"].startswith(DIRECT_ROOM_PREFIX):
        changes = _closed_pair(chat, room, changes, leaver, now)
    elif membership["role"] == "OWNER":
        changes, more = _owner_gone(chat, room, changes, leaver, now)
    return [update_of(chat.rooms, {"roomId": room["roomId"]}, changes), *more]


def _owner_gone(
    chat: Chat, room: Row, changes: Changes, leaver: Leaver, now: str
) -> tuple[Changes, list[dict[str, Any]]]:
    others = [
        row
        for row in chat.memberships.query("roomId", room["roomId"])
        if row["state"] == "ACTIVE" and row["userId"] != leaver.user_id
    ]
    is_last = not any(row["role"] == "OWNER" for row in others)
    if "archivedAt" in room or not is_last:
        # The count may be too low after a crash, and is never to be lower than the owners there are.
        owners = sum(row["role"] == "OWNER" for row in others)
        lowered = {"ownerCount": -1} if room["ownerCount"] > owners else {}
        return replace(changes, adds={**changes.adds, **lowered}, expected=_seen(room)), []
    if not others:
        return _archived(room, replace(changes, adds={**changes.adds, "ownerCount": -1}), now), []
    heir = min(others, key=lambda row: (row["role"] != "MODERATOR", row.get("joinedAt", now), row["userId"]))
    return replace(changes, expected=_seen(room)), _promotion(chat, heir, leaver, now)


def _seen(room: Row) -> dict[str, Any]:
    """That nobody has become an owner, or has stepped down, since the room was read."""
    return {"ownerCount": room["ownerCount"]}


def _archived(room: Row, changes: Changes, now: str) -> Changes:
    return replace(
        changes,
        sets={**changes.sets, "archivedAt": now, "updatedAt": now},
        removes=["listedVisibility"],
        adds={**changes.adds, "version": 1},
        expected={"memberCount": room["memberCount"], "archivedAt": None},
    )


def _closed_pair(chat: Chat, room: Row, changes: Changes, leaver: Leaver, now: str) -> Changes:
    """A direct room that is only read from now on, under the name of the one who is left."""
    names = {row["userId"]: row["displayName"] for row in chat.memberships.query("roomId", room["roomId"])}
    names[leaver.user_id] = DELETED_NAME
    users = room["directUserIds"]
    sets = {
        "name": ", ".join(names.get(user_id, DELETED_NAME) for user_id in users),
        "directUserIds": [leaver.alias if user_id == leaver.user_id else user_id for user_id in users],
    }
    changes = replace(changes, sets=sets)
    return changes if "archivedAt" in room else _archived(room, changes, now)


def _promotion(chat: Chat, heir: Row, leaver: Leaver, now: str) -> list[dict[str, Any]]:
    """The new owner's membership, and the entry of the log, from which the new owner is told."""
    act = {
        "auditId": ulid_of(now, "succession", heir["roomId"], heir["userId"]),
        "action": "ROLE_CHANGED",
        "actorId": leaver.alias,
        "actorName": DELETED_NAME,
        "reason": _REASON,
    }
    entry = {
        **act,
        "roomId": heir["roomId"],
        "userId": heir["userId"],
        "changes": [{"name": "role", "value": "OWNER"}],
        "createdAt": now,
    }
    promoted = Changes(sets={"role": "OWNER", "lastAct": act}, expected={"state": "ACTIVE", "role": heir["role"]})
    return [update_of(chat.memberships, _key(heir), promoted), put_of(chat.audit, entry)]
