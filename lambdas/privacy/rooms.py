"""Deletes or redacts a deleted user's data, room by room.

First the user leaves the room, so that no new data is written. The row of the membership is deleted last, because the
job finds the room by it. In between, one part after another is processed page by page. Pages are idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract.names import REACTION_COUNT_PREFIX
from lambdas.privacy import redaction
from lambdas.privacy.aws import delete_of, put_of, update_of
from lambdas.privacy.changes import Changes
from lambdas.privacy.leaving import leave
from lambdas.privacy.redaction import DeletedUser, alias

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.common.items import Row
    from lambdas.common.tables import DynamoTable
    from lambdas.privacy.aws import Bucket, Chat, Publisher
    from lambdas.privacy.job import Job, Position

RECENT = 100
"""Number of latest messages whose change is published. Clients show no more at once, and read older ones again."""
_ATTEMPTS = 10


class BusyRowError(RuntimeError):
    """Each attempt conflicted with another write of the row. The retry of the record continues."""


@dataclass(frozen=True, slots=True)
class RoomDeletion:
    """Removes a user from rooms, one after another."""

    chat: Chat
    bucket: Bucket
    publisher: Publisher
    is_erasing: bool
    now: Callable[[], str]

    def step(self, job: Job) -> Position | None:
        """Process a page of a part of a room, or start with the next room."""
        position = job.position
        if "room" not in position:
            room_id = self.next_room(job.user_id)
            return None if room_id is None else {"room": room_id, "part": 0}
        room_id, part = position["room"], position["part"]
        user = DeletedUser(job.user_id, alias(job, room_id), self.is_erasing)
        parts = self._parts()
        after = parts[part](room_id, user, position.get("after"))
        if after is not None:
            return {"room": room_id, "part": part, "after": after}
        if part + 1 < len(parts):
            return {"room": room_id, "part": part + 1}
        job.room_count += 1
        return {}

    def next_room(self, user_id: str) -> str | None:
        """Return a room with a membership of the user in any state; None if there are no more.

        The index is eventually consistent, so that the row itself is read.
        """
        for row in self.chat.memberships.query("userId", user_id, index="byUser"):
            key = {"roomId": row["roomId"], "userId": user_id}
            if self.chat.memberships.get(key, consistent=True) is not None:
                room_id: str = row["roomId"]
                return room_id
        return None

    def _parts(self) -> list[Callable[[str, DeletedUser, Row | None], Row | None]]:
        return [
            self._leave,
            self._messages,
            self._memberships,
            self._audit,
            self._reports,
            self._room,
            self._dependents,
        ]

    def _leave(self, room_id: str, user: DeletedUser, _: Row | None) -> None:
        leave(self.chat, room_id, user, self.now())
        self.publisher.left(room_id, user.user_id)

    def _messages(self, room_id: str, user: DeletedUser, after: Row | None) -> Row | None:
        rows, end = self.chat.messages.page("roomId", room_id, after=after)
        room = self.chat.rooms.get({"roomId": room_id}) or {}
        recent = room.get("lastSeq", 0) - RECENT
        for row in rows:
            is_changed = self._message(row, user)
            # A message with the alias was changed by an attempt that may not have published it.
            if row["seq"] > recent and (is_changed or row.get("authorId") == user.alias):
                self._publish(row)
        return end

    def _message(self, row: Row, user: DeletedUser) -> bool:
        is_changed = self._overflow(row, user)
        return (
            self._redact(
                self.chat.messages,
                {"roomId": row["roomId"], "seq": row["seq"]},
                row,
                lambda current: redaction.message_changes(current, user, self.now()),
            )
            or is_changed
        )

    def _overflow(self, row: Row, user: DeletedUser) -> bool:
        """Delete the user's reactions in separate rows, each with its count in one transaction."""
        if "deletedAt" in row:
            return False
        found = [
            key
            for key in further_reactions(row, user.user_id)
            if self.chat.reactions.get(key, consistent=True) is not None
        ]
        for key in found:
            self._delete_reaction(row, key)
        return bool(found)

    def _delete_reaction(self, row: Row, key: Row) -> None:
        """Delete a reaction and its count, like ``removeReactionRow.js``; only its row if the message was deleted."""
        counted = Changes(
            increments={"overflowTotal": -1, "changes": 1}, expected={"type": row["type"], "deletedAt": None}
        )
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

    def _publish(self, row: Row) -> None:
        message_id = f"{row['roomId']}:{row['seq']}"
        current = self.chat.messages.get({"roomId": row["roomId"], "seq": row["seq"]}, consistent=True)
        if current is not None and "deletedAt" in current:
            self.publisher.deleted(message_id)
        elif current is not None:
            self.publisher.updated(message_id)

    def _memberships(self, room_id: str, user: DeletedUser, after: Row | None) -> Row | None:
        rows, end = self.chat.memberships.page("roomId", room_id, after=after)
        for row in rows:
            key = {"roomId": room_id, "userId": row["userId"]}
            self._redact(self.chat.memberships, key, row, lambda current: redaction.membership_changes(current, user))
        return end

    def _audit(self, room_id: str, user: DeletedUser, after: Row | None) -> Row | None:
        rows, end = self.chat.audit.page("roomId", room_id, after=after)
        for row in rows:
            key = {"roomId": room_id, "auditId": row["auditId"]}
            self._redact(self.chat.audit, key, row, lambda current: redaction.audit_changes(current, user))
        return end

    def _reports(self, room_id: str, user: DeletedUser, after: Row | None) -> Row | None:
        rows, end = self.chat.reports.page("roomId", room_id, after=after)
        for row in rows:
            report = redaction.redacted_report(row, user)
            if report is None:
                continue
            writes = [put_of(self.chat.reports, report)]
            if report["reportId"] != row["reportId"]:
                writes.append(delete_of(self.chat.reports, {"roomId": room_id, "reportId": row["reportId"]}))
            if not self.chat.transact(writes):
                raise BusyRowError(f"report {row['reportId']}")
        return end

    def _room(self, room_id: str, user: DeletedUser, _: Row | None) -> None:
        for _attempt in range(_ATTEMPTS):
            room = self.chat.rooms.get({"roomId": room_id}, consistent=True)
            if room is None:
                return
            last = self.chat.messages.get({"roomId": room_id, "seq": room["lastSeq"]}, consistent=True)
            changes = redaction.room_changes(room, last, user)
            if changes is None or self.chat.apply(self.chat.rooms, {"roomId": room_id}, changes):
                return
        raise BusyRowError(f"room {room_id}")

    def _dependents(self, room_id: str, user: DeletedUser, _: Row | None) -> None:
        """Delete the user's files and idempotency records of the room, and finally the membership."""
        self.bucket.remove(f"rooms/{room_id}/{user.user_id}/")
        sender = f"{room_id}#{user.user_id}"
        for row in self.chat.markers.query("senderId", sender):
            self.chat.markers.delete({"senderId": sender, "clientMessageId": row["clientMessageId"]})
        self.chat.memberships.delete({"roomId": room_id, "userId": user.user_id})

    def _redact(self, table: DynamoTable, key: Row, row: Row, changes_of: Callable[[Row], Changes | None]) -> bool:
        """Apply changes to a row, retrying conflicts; return whether it was changed."""
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
    """Return the possible keys of the user's reactions to a message in separate rows."""
    message_id = f"{row['roomId']}:{row['seq']}"
    return [
        {"messageId": message_id, "reactionId": f"{name.removeprefix(REACTION_COUNT_PREFIX)}#{user_id}"}
        for name, count in row.items()
        if name.startswith(REACTION_COUNT_PREFIX) and count > 0
    ]
