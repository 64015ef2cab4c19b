"""The export of a user's data, step by step: page by page into parts, and the parts and files into archives.

It holds what the user is and did, and of others only what the backend told the user of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.privacy import shown
from lambdas.privacy.archives import write_archive
from lambdas.privacy.parts import remove_parts, write_part
from lambdas.privacy.rooms import further_reactions

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.common.items import Row
    from lambdas.privacy.aws import Bucket, Chat, Pool
    from lambdas.privacy.job import Job, Position


@dataclass(frozen=True, slots=True)
class Export:
    """Exports users' data."""

    chat: Chat
    bucket: Bucket
    pool: Pool

    @property
    def steps(self) -> dict[str, Callable[[Job], Position | None]]:
        """The steps in their order."""
        return {
            "account": self._account,
            "rooms": self._rooms,
            "notifications": self._notifications,
            "archives": self._archives,
            "end": self._end,
        }

    def _account(self, job: Job) -> None:
        key = {"userId": job.user_id}
        account = shown.shown_account(
            job.user_id,
            self.chat.users.get(key) or {},
            self.pool.attributes(job.username),
            self.chat.presence.get(key) or {},
        )
        write_part(self.bucket, job, {"account": [account]})

    def _rooms(self, job: Job) -> Position | None:
        """Do one page of one room: its membership, then its messages, then its reports; then the next room."""
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
        write_part(self.bucket, job, {"memberships": [shown.shown_membership(rows[0], room)]})
        return {"room": room_id, "part": "messages"}

    def _messages(self, job: Job, room_id: str, after: Row | None) -> Row | None:
        rows, end = self.chat.messages.page("roomId", room_id, after=after)
        found: dict[str, list[dict[str, Any]]] = {
            "messages": [shown.shown_message(row) for row in rows if row.get("authorId") == job.user_id],
            "reactions": [each for row in rows for each in self._reactions(row, job.user_id)],
        }
        write_part(self.bucket, job, found)
        return end

    def _reactions(self, row: Row, user_id: str) -> list[dict[str, Any]]:
        if "deletedAt" in row:
            return []
        keys = further_reactions(row, user_id)
        return shown.shown_reactions(row, user_id, self.chat.reactions.get_many(keys) if keys else [])

    def _reports(self, job: Job, room_id: str, after: Row | None) -> Row | None:
        rows, end = self.chat.reports.page("roomId", room_id, after=after)
        write_part(
            self.bucket, job, {"reports": [shown.shown_report(row) for row in rows if row["reporterId"] == job.user_id]}
        )
        return end

    def _notifications(self, job: Job) -> Position | None:
        rows, end = self.chat.notifications.page("userId", job.user_id, after=job.position.get("after"))
        write_part(self.bucket, job, {"notifications": [shown.shown_notification(row) for row in rows]})
        return None if end is None else {"after": end}

    def _archives(self, job: Job) -> Position | None:
        rooms = sorted(row["roomId"] for row in self.chat.memberships.query("userId", job.user_id, index="byUser"))
        return write_archive(self.bucket, job, [f"rooms/{room_id}/{job.user_id}/" for room_id in rooms])

    def _end(self, job: Job) -> None:
        remove_parts(self.bucket, job)
