"""A deleted user's traces in one room, in the order in which they go.

First the membership, so that nobody can write any more; last the membership's row, because by it the room is found. In
between one part after the other, a page at a time. A page that is repeated finds what it has done done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract.names import REACTION_COUNT_PREFIX
from lambdas.privacy import redaction
from lambdas.privacy.aws import delete_of, put_of, update_of
from lambdas.privacy.changes import Changes
from lambdas.privacy.leaving import leave
from lambdas.privacy.redaction import Leaver, alias

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.common.items import Row
    from lambdas.common.tables import DynamoTable
    from lambdas.privacy.aws import Bucket, Chat, Publisher
    from lambdas.privacy.job import Job, Position

RECENT = 100
"""Messages from a room's end whose change is told to those who listen: more no client shows at once, and whoever pages
back reads anew."""
_ATTEMPTS = 10


class BusyRowError(RuntimeError):
    """A row changed again and again at the same moment; the repeated record goes on."""


@dataclass(frozen=True, slots=True)
class RoomDeletion:
    """Removes a user from rooms, one after the other."""

    chat: Chat
    bucket: Bucket
    publisher: Publisher
    is_erasing: bool
    now: Callable[[], str]

    def step(self, job: Job) -> Position | None:
        """Do one page of one part of one room; begin with the next room where one is done."""
        position = job.position
        if "room" not in position:
            room_id = self.next_room(job.user_id)
            return None if room_id is None else {"room": room_id, "part": 0}
        room_id, part = position["room"], position["part"]
        leaver = Leaver(job.user_id, alias(job, room_id), self.is_erasing)
        parts = self._parts()
        after = parts[part](room_id, leaver, position.get("after"))
        if after is not None:
            return {"room": room_id, "part": part, "after": after}
        if part + 1 < len(parts):
            return {"room": room_id, "part": part + 1}
        job.room_count += 1
        return {}

    def next_room(self, user_id: str) -> str | None:
        """Return a room that the user has a membership of, whatever its state; None where there is none left.

        The index may still show what is gone, and so the row is looked at.
        """
        for row in self.chat.memberships.query("userId", user_id, index="byUser"):
            key = {"roomId": row["roomId"], "userId": user_id}
            if self.chat.memberships.get(key, consistent=True) is not None:
                room_id: str = row["roomId"]
                return room_id
        return None

    def _parts(self) -> list[Callable[[str, Leaver, Row | None], Row | None]]:
        return [
            self._leave,
            self._messages,
            self._memberships,
            self._audit,
            self._reports,
            self._room,
            self._belongings,
        ]

    def _leave(self, room_id: str, leaver: Leaver, _: Row | None) -> None:
        leave(self.chat, room_id, leaver, self.now())
        self.publisher.left(room_id, leaver.user_id)

    def _messages(self, room_id: str, leaver: Leaver, after: Row | None) -> Row | None:
        rows, end = self.chat.messages.page("roomId", room_id, after=after)
        room = self.chat.rooms.get({"roomId": room_id}) or {}
        recent = room.get("lastSeq", 0) - RECENT
        for row in rows:
            is_changed = self._message(row, leaver)
            # One with the alias was changed by an attempt that may not have come to tell of it.
            if row["seq"] > recent and (is_changed or row.get("authorId") == leaver.alias):
                self._tell(row)
        return end

    def _message(self, row: Row, leaver: Leaver) -> bool:
        is_changed = self._overflow(row, leaver)
        return (
            self._redact(
                self.chat.messages,
                {"roomId": row["roomId"], "seq": row["seq"]},
                row,
                lambda current: redaction.message_changes(current, leaver, self.now()),
            )
            or is_changed
        )

    def _overflow(self, row: Row, leaver: Leaver) -> bool:
        """Take the user's reactions out that have rows of their own, each with its count, both or neither."""
        if "deletedAt" in row:
            return False
        found = [
            key
            for key in further_reactions(row, leaver.user_id)
            if self.chat.reactions.get(key, consistent=True) is not None
        ]
        for key in found:
            self._take_back(row, key)
        return bool(found)

    def _take_back(self, row: Row, key: Row) -> None:
        """As ``removeReactionRow.js`` does it, and with the row alone where the message has been deleted meanwhile."""
        counted = Changes(adds={"overflowTotal": -1, "changes": 1}, expected={"type": row["type"], "deletedAt": None})
        update = update_of(self.chat.messages, {"roomId": row["roomId"], "seq": row["seq"]}, counted)
        update["Update"]["UpdateExpression"] += ", #count :minus"
        emoji = key["reactionId"].rpartition("#")[0]
        update["Update"]["ExpressionAttributeNames"]["#count"] = f"{REACTION_COUNT_PREFIX}{emoji}"
        update["Update"]["ExpressionAttributeValues"][":minus"] = {"N": "-1"}
        for _ in range(_ATTEMPTS):
            if self.chat.transact([delete_of(self.chat.reactions, key, "attribute_exists(messageId)"), update]):
                return
            current = self.chat.messages.get({"roomId": row["roomId"], "seq": row["seq"]}, consistent=True)
            if current is None or "deletedAt" in current:
                self.chat.reactions.delete(key)
                return
            if self.chat.reactions.get(key, consistent=True) is None:
                return
        raise BusyRowError(f"message {row['roomId']}:{row['seq']}")

    def _tell(self, row: Row) -> None:
        message_id = f"{row['roomId']}:{row['seq']}"
        current = self.chat.messages.get({"roomId": row["roomId"], "seq": row["seq"]}, consistent=True)
        if current is not None and "deletedAt" in current:
            self.publisher.deleted(message_id)
        elif current is not None:
            self.publisher.updated(message_id)

    def _memberships(self, room_id: str, leaver: Leaver, after: Row | None) -> Row | None:
        rows, end = self.chat.memberships.page("roomId", room_id, after=after)
        for row in rows:
            key = {"roomId": room_id, "userId": row["userId"]}
            self._redact(self.chat.memberships, key, row, lambda current: redaction.membership_changes(current, leaver))
        return end

    def _audit(self, room_id: str, leaver: Leaver, after: Row | None) -> Row | None:
        rows, end = self.chat.audit.page("roomId", room_id, after=after)
        for row in rows:
            key = {"roomId": room_id, "auditId": row["auditId"]}
            self._redact(self.chat.audit, key, row, lambda current: redaction.audit_changes(current, leaver))
        return end

    def _reports(self, room_id: str, leaver: Leaver, after: Row | None) -> Row | None:
        rows, end = self.chat.reports.page("roomId", room_id, after=after)
        for row in rows:
            report = redaction.redacted_report(row, leaver)
            if report is None:
                continue
            writes = [put_of(self.chat.reports, report)]
            if report["reportId"] != row["reportId"]:
                writes.append(delete_of(self.chat.reports, {"roomId": room_id, "reportId": row["reportId"]}))
            if not self.chat.transact(writes):
                raise BusyRowError(f"report {row['reportId']}")
        return end

    def _room(self, room_id: str, leaver: Leaver, _: Row | None) -> None:
        for _attempt in range(_ATTEMPTS):
            room = self.chat.rooms.get({"roomId": room_id}, consistent=True)
            if room is None:
                return
            last = self.chat.messages.get({"roomId": room_id, "seq": room["lastSeq"]}, consistent=True)
            changes = redaction.room_changes(room, last, leaver)
            if changes is None or self.chat.apply(self.chat.rooms, {"roomId": room_id}, changes):
                return
        raise BusyRowError(f"room {room_id}")

    def _belongings(self, room_id: str, leaver: Leaver, _: Row | None) -> None:
        """Remove the user's files of the room, the markers of what the user sent, and at last the membership."""
        self.bucket.remove(f"rooms/{room_id}/{leaver.user_id}/")
        sender = f"{room_id}#{leaver.user_id}"
        for row in self.chat.markers.query("senderId", sender):
            self.chat.markers.delete({"senderId": sender, "clientMessageId": row["clientMessageId"]})
        self.chat.memberships.delete({"roomId": room_id, "userId": leaver.user_id})

    def _redact(self, table: DynamoTable, key: Row, row: Row, changes_of: Callable[[Row], Changes | None]) -> bool:
        """Change a row as long as it takes; tell whether it was changed."""
        current: Row | None = row
        for _ in range(_ATTEMPTS):
            changes = None if current is None else changes_of(current)
            if changes is None:
                return False
            if self.chat.apply(table, key, changes):
                return True
            current = table.get(key, consistent=True)
        raise BusyRowError(f"{table.name} {sorted(map(str, key.values()))}")


def further_reactions(row: Row, user_id: str) -> list[dict[str, Any]]:
    """Return the keys that the user's reactions to a message would have as rows of their own."""
    message_id = f"{row['roomId']}:{row['seq']}"
    return [
        {"messageId": message_id, "reactionId": f"{name.removeprefix(REACTION_COUNT_PREFIX)}#{user_id}"}
        for name, count in row.items()
        if name.startswith(REACTION_COUNT_PREFIX) and count > 0
    ]
