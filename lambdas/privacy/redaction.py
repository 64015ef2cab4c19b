"""Redacts a deleted user's identity from rows; rows that do not name the user are untouched.

Texts of other users stay, even if they mention the user. Names and ids that the backend stored are replaced with the
name of deleted users and an alias. The alias is the same throughout a room, so that conversations can be followed, and
differs between rooms, so that it cannot be used to identify the user. It is derived with a secret that is deleted when
the job completes.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract.fields import MEMBERSHIP, MESSAGE, NOTIFICATION, ROOM
from contract.limits import LIMITS
from contract.names import DELETED_ID_PREFIX, DELETED_NAME, SYSTEM_TYPE
from lambdas.common.characters import cut
from lambdas.common.system_message import SystemMessage
from lambdas.privacy.changes import Changes

if TYPE_CHECKING:
    from contract.fields import Entity
    from lambdas.common.items import Row
    from lambdas.privacy.job import Job

_ERASED = (*MESSAGE.attributes(erased=True), *MESSAGE.attributes(account="remove", erased=False), "unpublished")
"""Attributes to remove from an erased message: those of a tombstone, and those removed with the account."""
_ALIAS_LENGTH = 24


@dataclass(frozen=True, slots=True)
class DeletedUser:
    """The deleted user, with the alias in one room."""

    user_id: str
    alias: str
    is_erasing: bool
    """Whether messages are erased, instead of anonymized."""


def alias(job: Job, room_id: str) -> str:
    """Return the id that replaces the job's user in a room."""
    digest = hmac.new(bytes.fromhex(job.secret), room_id.encode(), hashlib.sha256).hexdigest()
    return f"{DELETED_ID_PREFIX}{digest[:_ALIAS_LENGTH]}"


def message_changes(row: Row, user: DeletedUser, now: str) -> Changes | None:
    """Return the changes of a message, without reactions in separate rows.

    Args:
        row: A row of the messages table.
        user: The deleted user.
        now: Time of deletion, if the message is erased.
    """
    is_own = row.get("authorId") == user.user_id
    sets = _renamed(MESSAGE, row, user)
    expected = {"authorId": user.user_id} if is_own else {}
    if is_own and _becomes_tombstone(row, user):
        sets |= {"deletedAt": now, "deletedBy": user.alias}
        return Changes(
            set_attributes=sets,
            remove_attributes=_ERASED,
            increments={"changes": 1},
            expected={**expected, "deletedAt": None},
        )
    removes: list[str] = []
    if is_own and row["type"] != SYSTEM_TYPE:
        removes = [name for name in MESSAGE.attributes(account="remove") if name in row]
        if "attachments" in row:
            sets["type"] = "TEXT"
    if row.get("unpublished", {}).get("userId") == user.user_id:
        removes.append("unpublished")
    if user.user_id in row.get("mentions", ()):
        sets["mentions"] = [user.alias if each == user.user_id else each for each in row["mentions"]]
        expected = {**expected, "mentions": row["mentions"]}
    if _names(row.get("systemEvent"), user):
        sets |= _redacted_event(row, user)
    given = {each for each in row.get("reactions", ()) if each.rpartition("#")[2] == user.user_id}
    if not (sets or removes or given):
        return None
    return Changes(
        set_attributes=sets,
        remove_attributes=removes,
        increments={"changes": 1},
        set_deletions={"reactions": given} if given else {},
        expected=expected or {"type": row["type"]},
    )


def audit_changes(row: Row, user: DeletedUser) -> Changes | None:
    """Return the changes of an entry of the moderation log, which stays."""
    sets: dict[str, Any] = {}
    if row.get("actorId") == user.user_id:
        sets = {"actorId": user.alias, "actorName": DELETED_NAME}
    if row.get("userId") == user.user_id:
        sets["userId"] = user.alias
    return Changes(set_attributes=sets, expected={"auditId": row["auditId"]}) if sets else None


def redacted_report(row: Row, user: DeletedUser) -> Row | None:
    """Return the redacted report, or None. Reports stay, so that moderators can handle them.

    The reporter is part of the key, so that the key may change.
    """
    changed = dict(row)
    if row.get("reporterId") == user.user_id:
        seq = row["reportId"].partition(":")[0]
        changed |= {"reportId": f"{seq}:{user.alias}", "reporterId": user.alias, "reporterName": DELETED_NAME}
    for name in ("authorId", "resolvedBy"):
        if row.get(name) == user.user_id:
            changed[name] = user.alias
    return None if changed == row else changed


def membership_changes(row: Row, user: DeletedUser) -> Changes | None:
    """Return the changes of another user's membership, which may name who invited, muted or promoted that member."""
    sets = _renamed(MEMBERSHIP, row, user)
    expected: dict[str, Any] = {name: row[name] for name in sets}
    act = row.get("lastAct", {})
    if act.get("actorId") == user.user_id:
        sets["lastAct"] = {**act, "actorId": user.alias, "actorName": DELETED_NAME}
        expected["lastAct"] = act
    return Changes(set_attributes=sets, expected=expected) if sets else None


def notification_changes(row: Row, user: DeletedUser) -> Changes | None:
    """Return the changes of another user's notification about an action of the deleted user."""
    if row.get("actorId") != user.user_id:
        return None
    return Changes(
        set_attributes=_renamed(NOTIFICATION, row, user),
        remove_attributes=NOTIFICATION.attributes(account="erase") if user.is_erasing else (),
        expected={"actorId": user.user_id},
    )


def room_changes(room: Row, last: Row | None, user: DeletedUser) -> Changes | None:
    """Return the changes of a room: its creator, who renamed it, and the preview of its last message.

    Args:
        room: The row of the room.
        last: The row of its last message, already redacted; None if there is none.
        user: The deleted user.
    """
    sets = _renamed(ROOM, room, user)
    removes: list[str] = []
    if room.get("renamedBy", {}).get("actorId") == user.user_id:
        removes += ["renamedFrom", "renamedBy"]
    if room.get("unpublished", {}).get("userId") == user.user_id:
        removes.append("unpublished")
    expected = {"lastSeq": room["lastSeq"]}
    preview = room.get("lastMessage")
    if preview is not None and (redacted := _preview(preview, last, user)) != preview:
        sets["lastMessage"] = redacted
        expected["lastMessage"] = preview  # or a text deleted meanwhile would reappear
    if not (sets or removes):
        return None
    return Changes(set_attributes=sets, remove_attributes=removes, expected=expected)


def _renamed(entity: Entity, row: Row, user: DeletedUser) -> dict[str, Any]:
    """Return the new values of the attributes with the user's id, and of the names that go with them."""
    ids = [name for name in entity.attributes(account="alias") if row.get(name) == user.user_id]
    names = [name for name in entity.attributes(account="name") if entity.stored[name].person in ids]
    return dict.fromkeys(ids, user.alias) | dict.fromkeys(names, DELETED_NAME)


def _becomes_tombstone(row: Row, user: DeletedUser) -> bool:
    """Return whether a message becomes a tombstone: by the setting, or because it is empty without its files."""
    if row["type"] == SYSTEM_TYPE or "deletedAt" in row:
        return False
    return user.is_erasing or not row.get("content")


def _names(event: Row | None, user: DeletedUser) -> bool:
    return event is not None and user.user_id in (event.get("userId"), event.get("actorId"))


def _redacted_event(row: Row, user: DeletedUser) -> dict[str, Any]:
    """Return event and text of a system message with the user replaced."""
    event = dict(row["systemEvent"])
    for person in ("user", "actor"):
        if event.get(f"{person}Id") == user.user_id:
            event |= {f"{person}Id": user.alias, f"{person}Name": DELETED_NAME}
    message = SystemMessage(
        room_id=row["roomId"],
        event_id=row["clientMessageId"],
        kind=event["kind"],
        user_id=event["userId"],
        user_name=event["userName"],
        actor_id=event.get("actorId"),
        actor_name=event.get("actorName"),
        name=event.get("name"),
        previous_name=event.get("previousName"),
    )
    return {"systemEvent": event, "content": message.content}


def _preview(preview: Row, last: Row | None, user: DeletedUser) -> Row:
    if last is None or last.get("createdAt") != preview.get("createdAt"):
        # The message does not exist, or not yet: its sender crashed, or it has expired.
        is_own = preview.get("authorId") == user.user_id
        kept = {name: value for name, value in preview.items() if name != "content"}
        return {**kept, "authorId": user.alias, "authorName": DELETED_NAME} if is_own else preview
    current: Row = {name: last[name] for name in MESSAGE.attributes(preview=True) if name in last}
    if "content" in current:
        current["content"] = cut(last["content"], LIMITS["previewLength"])
    if current == {name: value for name, value in preview.items() if name != "revision"}:
        return preview
    return {**current, "revision": 1 + last.get("changes", 0)}  # as refreshPreview.js keeps it
