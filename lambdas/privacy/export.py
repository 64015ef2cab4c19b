"""The steps of the export of a user's data: records page by page into chunks, then chunks and files into archives.

The export has the user's own data, and of other users only what the backend sent to the user. Records have the names of
the API, without attributes that only the backend needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract.fields import MEMBERSHIP, MESSAGE, NOTIFICATION, NOTIFICATION_PREFERENCE
from lambdas.privacy.archives import remove_chunks, write_archive, write_chunk
from lambdas.privacy.rooms import further_reactions

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract.fields import Entity
    from lambdas.common.items import Row
    from lambdas.privacy.aws import Bucket, Chat, Pool
    from lambdas.privacy.job import Job, Position

_LEVEL = NOTIFICATION_PREFERENCE.stored["notificationLevel"].absent
_REPORT = ("seq", "reason", "status", "resolution", "resolvedAt", "createdAt")
_ACCOUNT = ("sub", "email", "email_verified", "name", "preferred_username")


@dataclass(frozen=True, slots=True)
class Export:
    """Exports users' data."""

    chat: Chat
    bucket: Bucket
    pool: Pool

    @property
    def steps(self) -> dict[str, Callable[[Job], Position | None]]:
        """The steps in order."""
        return {
            "account": self._account,
            "rooms": self._rooms,
            "notifications": self._notifications,
            "archives": self._archives,
            "end": self._end,
        }

    def _account(self, job: Job) -> None:
        key = {"userId": job.user_id}
        account = public_account(
            job.user_id,
            self.chat.users.get(key) or {},
            self.pool.attributes(job.username),
            self.chat.presence.get(key) or {},
        )
        write_chunk(self.bucket, job, {"account": [account]})

    def _rooms(self, job: Job) -> Position | None:
        """Export a page of a room: its membership, then its messages, then its reports; then the next room."""
        position = job.position
        if "part" not in position:
            return self._membership(job, position.get("room"))
        room_id = position["room"]
        if position["part"] == "messages":
            end = self._messages(job, room_id, position.get("after"))
            following = "messages" if end is not None else "reports"
            return {"room": room_id, "part": following} | ({} if end is None else {"after": end})
        end = self._reports(job, room_id, position.get("after"))
        if end is not None:
            return {"room": room_id, "part": "reports", "after": end}
        job.room_count += 1
        return {"room": room_id}

    def _membership(self, job: Job, before: str | None) -> Position | None:
        after = None if before is None else {"userId": job.user_id, "roomId": before}
        rows, _ = self.chat.memberships.page("userId", job.user_id, after=after, limit=1, index="byUser")
        if not rows:
            return None
        room_id = rows[0]["roomId"]
        room = self.chat.rooms.get({"roomId": room_id}) or {}
        write_chunk(self.bucket, job, {"memberships": [public_membership(rows[0], room)]})
        return {"room": room_id, "part": "messages"}

    def _messages(self, job: Job, room_id: str, after: Row | None) -> Row | None:
        rows, end = self.chat.messages.page("roomId", room_id, after=after)
        found: dict[str, list[dict[str, Any]]] = {
            "messages": [public_message(row) for row in rows if row.get("authorId") == job.user_id],
            "reactions": [each for row in rows for each in self._reactions(row, job.user_id)],
        }
        write_chunk(self.bucket, job, found)
        return end

    def _reactions(self, row: Row, user_id: str) -> list[dict[str, Any]]:
        if "deletedAt" in row:
            return []
        keys = further_reactions(row, user_id)
        return public_reactions(row, user_id, self.chat.reactions.get_many(keys) if keys else [])

    def _reports(self, job: Job, room_id: str, after: Row | None) -> Row | None:
        rows, end = self.chat.reports.page("roomId", room_id, after=after)
        write_chunk(
            self.bucket, job, {"reports": [public_report(row) for row in rows if row["reporterId"] == job.user_id]}
        )
        return end

    def _notifications(self, job: Job) -> Position | None:
        rows, end = self.chat.notifications.page("userId", job.user_id, after=job.position.get("after"))
        write_chunk(self.bucket, job, {"notifications": [public_notification(row) for row in rows]})
        return None if end is None else {"after": end}

    def _archives(self, job: Job) -> Position | None:
        rooms = sorted(row["roomId"] for row in self.chat.memberships.query("userId", job.user_id, index="byUser"))
        return write_archive(self.bucket, job, [f"rooms/{room_id}/{job.user_id}/" for room_id in rooms])

    def _end(self, job: Job) -> None:
        remove_chunks(self.bucket, job)


def public_account(user_id: str, profile: Row, attributes: Row, presence: Row) -> dict[str, Any]:
    """Return the account, from user pool, profile and presence."""
    return {
        "id": user_id,
        "displayName": profile.get("displayName"),
        "createdAt": profile.get("createdAt"),
        "signIn": _some(attributes, _ACCOUNT),
        "presence": _some(presence, ("status", "lastSeenAt")),
    }


def public_membership(row: Row, room: Row) -> dict[str, Any]:
    """Return a membership with the room's name and the user's notification preference."""
    return {
        **_exported(MEMBERSHIP, row),
        "chatRoomName": room.get("name"),
        "visibility": room.get("visibility"),
        "notificationPreference": {"level": _LEVEL, **_exported(NOTIFICATION_PREFERENCE, row)},
    }


def public_message(row: Row) -> dict[str, Any]:
    """Return a message."""
    return {"id": _message_id(row), **_exported(MESSAGE, row)}


def public_reactions(row: Row, user_id: str, further: list[Row]) -> list[dict[str, Any]]:
    """Return the user's reactions to a message: those in its row, and those in separate rows."""
    ids = [*row.get("reactions", ()), *(each["reactionId"] for each in further)]
    emoji = [each.rpartition("#")[0] for each in ids if each.rpartition("#")[2] == user_id]
    return [{"messageId": _message_id(row), "chatRoomId": row["roomId"], "emoji": each} for each in sorted(emoji)]


def public_report(row: Row) -> dict[str, Any]:
    """Return a report of the user."""
    return {"id": row["reportId"], "chatRoomId": row["roomId"], "messageId": _message_id(row), **_some(row, _REPORT)}


def public_notification(row: Row) -> dict[str, Any]:
    """Return a notification of the user."""
    return _exported(NOTIFICATION, row)


def _message_id(row: Row) -> str:
    return f"{row['roomId']}:{row['seq']}"


def _exported(entity: Entity, row: Row) -> dict[str, Any]:
    """Return the exported attributes of a row, by their names in the API."""
    return {entity.stored[name].name: row[name] for name in entity.attributes(exported=True) if name in row}


def _some(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}
