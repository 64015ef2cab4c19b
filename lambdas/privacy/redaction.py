"""What becomes of the rows of a room that name a user whose account is deleted. Of a row that does not: nothing.

What others wrote stays as they wrote it, also where they wrote of the user; names that the backend put into rows go.
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
"""What a message lacks that is erased with its author's account: what a tombstone lacks, and what own messages lose."""
_ALIAS_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Leaver:
    """The deleted user, as one room will know the user from now on."""

    user_id: str
    alias: str
    is_erasing: bool
    """Whether messages go, instead of their author's name."""


def alias(job: Job, room_id: str) -> str:
    """Return the id that stands for the job's user in a room."""
    digest = hmac.new(bytes.fromhex(job.secret), room_id.encode(), hashlib.sha256).hexdigest()
    return f"{DELETED_ID_PREFIX}{digest[:_ALIAS_LENGTH]}"


def message_changes(row: Row, leaver: Leaver, now: str) -> Changes | None:
    """Return what becomes of a message, reactions with rows of their own left aside.

    Args:
        row: of the messages table.
        leaver: whose account is deleted.
        now: the time at which it is erased, where it is.
    """
    is_own = row.get("authorId") == leaver.user_id
    sets = _renamed(MESSAGE, row, leaver)
    expected = {"authorId": leaver.user_id} if is_own else {}
    if is_own and _goes(row, leaver):
        sets |= {"deletedAt": now, "deletedBy": leaver.alias}
        return Changes(sets=sets, removes=_ERASED, adds={"changes": 1}, expected={**expected, "deletedAt": None})
    removes: list[str] = []
    if is_own and row["type"] != SYSTEM_TYPE:
        removes = [name for name in MESSAGE.attributes(account="remove") if name in row]
        if "attachments" in row:
            sets["type"] = "TEXT"
    if row.get("unpublished", {}).get("userId") == leaver.user_id:
        removes.append("unpublished")
    if leaver.user_id in row.get("mentions", ()):
        sets["mentions"] = [leaver.alias if each == leaver.user_id else each for each in row["mentions"]]
        expected = {**expected, "mentions": row["mentions"]}
    if _names(row.get("systemEvent"), leaver):
        sets |= _retold(row, leaver)
    given = {each for each in row.get("reactions", ()) if each.rpartition("#")[2] == leaver.user_id}
    if not (sets or removes or given):
        return None
    return Changes(
        sets=sets,
        removes=removes,
        adds={"changes": 1},
        takes={"reactions": given} if given else {},
        expected=expected or {"type": row["type"]},
    )


def audit_changes(row: Row, leaver: Leaver) -> Changes | None:
    """Return what becomes of an entry of the moderation log: it stays, with other names."""
    sets: dict[str, Any] = {}
    if row.get("actorId") == leaver.user_id:
        sets = {"actorId": leaver.alias, "actorName": DELETED_NAME}
    if row.get("userId") == leaver.user_id:
        sets["userId"] = leaver.alias
    return Changes(sets=sets, expected={"auditId": row["auditId"]}) if sets else None


def redacted_report(row: Row, leaver: Leaver) -> Row | None:
    """Return a report as it is to be from now on: it stays, so that moderators can look at what it reports.

    The reporter is part of its key, so it may have to move.
    """
    changed = dict(row)
    if row.get("reporterId") == leaver.user_id:
        seq = row["reportId"].partition(":")[0]
        changed |= {"reportId": f"{seq}:{leaver.alias}", "reporterId": leaver.alias, "reporterName": DELETED_NAME}
    for name in ("authorId", "resolvedBy"):
        if row.get(name) == leaver.user_id:
            changed[name] = leaver.alias
    return None if changed == row else changed


def membership_changes(row: Row, leaver: Leaver) -> Changes | None:
    """Return what becomes of somebody else's membership, which may say who invited, muted or promoted that member."""
    sets = _renamed(MEMBERSHIP, row, leaver)
    expected: dict[str, Any] = {name: row[name] for name in sets}
    act = row.get("lastAct", {})
    if act.get("actorId") == leaver.user_id:
        sets["lastAct"] = {**act, "actorId": leaver.alias, "actorName": DELETED_NAME}
        expected["lastAct"] = act
    return Changes(sets=sets, expected=expected) if sets else None


def notification_changes(row: Row, leaver: Leaver) -> Changes | None:
    """Return what becomes of somebody else's notification of what the user did."""
    if row.get("actorId") != leaver.user_id:
        return None
    return Changes(
        sets=_renamed(NOTIFICATION, row, leaver),
        removes=NOTIFICATION.attributes(account="erase") if leaver.is_erasing else (),
        expected={"actorId": leaver.user_id},
    )


def room_changes(room: Row, last: Row | None, leaver: Leaver) -> Changes | None:
    """Return what becomes of the room's row: who opened it, who renamed it, and its preview of the last message.

    Args:
        room: the room's row.
        last: the row of its last message, which has been redacted before; None where there is none.
        leaver: whose account is deleted.
    """
    sets = _renamed(ROOM, room, leaver)
    removes: list[str] = []
    if room.get("renamedBy", {}).get("actorId") == leaver.user_id:
        removes += ["renamedFrom", "renamedBy"]
    if room.get("unpublished", {}).get("userId") == leaver.user_id:
        removes.append("unpublished")
    expected = {"lastSeq": room["lastSeq"]}
    preview = room.get("lastMessage")
    if preview is not None and (shown := _preview(preview, last, leaver)) != preview:
        sets["lastMessage"] = shown
        expected["lastMessage"] = preview  # or a text that is deleted meanwhile would come back
    if not (sets or removes):
        return None
    return Changes(sets=sets, removes=removes, expected=expected)


def _renamed(entity: Entity, row: Row, leaver: Leaver) -> dict[str, Any]:
    """Return the attributes with the user's id, and the names that go with them, as they are to be."""
    ids = [name for name in entity.attributes(account="alias") if row.get(name) == leaver.user_id]
    names = [name for name in entity.attributes(account="name") if entity.stored[name].person in ids]
    return dict.fromkeys(ids, leaver.alias) | dict.fromkeys(names, DELETED_NAME)


def _goes(row: Row, leaver: Leaver) -> bool:
    """Tell whether a message becomes a tombstone: by the setting, or because without its files nothing is left."""
    if row["type"] == SYSTEM_TYPE or "deletedAt" in row:
        return False
    return leaver.is_erasing or not row.get("content")


def _names(event: Row | None, leaver: Leaver) -> bool:
    return event is not None and leaver.user_id in (event.get("userId"), event.get("actorId"))


def _retold(row: Row, leaver: Leaver) -> dict[str, Any]:
    """Return what a system message tells with another name in the user's place."""
    event = dict(row["systemEvent"])
    for person in ("user", "actor"):
        if event.get(f"{person}Id") == leaver.user_id:
            event |= {f"{person}Id": leaver.alias, f"{person}Name": DELETED_NAME}
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


def _preview(preview: Row, last: Row | None, leaver: Leaver) -> Row:
    if last is None or last.get("createdAt") != preview.get("createdAt"):
        # The message is not there, or not yet: its sender broke off, or it has expired.
        is_own = preview.get("authorId") == leaver.user_id
        kept = {name: value for name, value in preview.items() if name != "content"}
        return {**kept, "authorId": leaver.alias, "authorName": DELETED_NAME} if is_own else preview
    shown: Row = {name: last[name] for name in MESSAGE.attributes(preview=True) if name in last}
    if "content" in shown:
        shown["content"] = cut(last["content"], LIMITS["previewLength"])
    if shown == {name: value for name, value in preview.items() if name != "revision"}:
        return preview
    return {**shown, "revision": 1 + last.get("changes", 0)}  # as refreshPreview.js keeps it
