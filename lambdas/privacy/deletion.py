"""The steps of the deletion of an account.

First, writes by the user are stopped: profile and presence are replaced with a deletion mark that the API's code
rejects, and the user pool signs the user out. The records that lead to other data go last: a membership after the other
data of its room, and the user of the pool after everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.common.times import iso8601
from lambdas.privacy import redaction
from lambdas.privacy.redaction import DeletedUser, alias
from lambdas.privacy.rooms import RoomDeletion

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lambdas.privacy.aws import Bucket, Chat, Pool, Publisher
    from lambdas.privacy.job import Job, Jobs, Position

MARK_SECONDS = 2 * 24 * 3600
"""Lifetime of the deletion marks: tokens are valid for a day at most (Cognito quotas)."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """Deletes accounts."""

    chat: Chat
    bucket: Bucket
    pool: Pool
    publisher: Publisher
    jobs: Jobs
    is_erasing: bool
    """Whether messages are erased, instead of anonymized."""
    clock: Callable[[], datetime]

    @property
    def steps(self) -> dict[str, Callable[[Job], Position | None]]:
        """The steps in order."""
        return {
            "account": self._account,
            "rooms": self._rooms().step,
            "own notifications": self._own_notifications,
            "others' notifications": self._others_notifications,
            # A request that started before the mark was written may have created or joined a room since.
            "late rooms": self._rooms().step,
            "user": self._user,
        }

    def _rooms(self) -> RoomDeletion:
        return RoomDeletion(self.chat, self.bucket, self.publisher, self.is_erasing, now=lambda: iso8601(self.clock()))

    def _account(self, job: Job) -> None:
        now = self.clock()
        mark = {
            "userId": job.user_id,
            "deletedAt": iso8601(now),
            "expiresAt": int(now.timestamp()) + MARK_SECONDS,
        }
        self.chat.users.put(mark)
        self.chat.presence.put({**mark, "status": "OFFLINE", "lastSeenAt": iso8601(now)})
        self.pool.lock(job.username)

    def _own_notifications(self, job: Job) -> Position | None:
        rows, end = self.chat.notifications.page("userId", job.user_id, after=job.position.get("after"))
        for row in rows:
            self.chat.notifications.delete({"userId": job.user_id, "notificationId": row["notificationId"]})
        return None if end is None else {"after": end}

    def _others_notifications(self, job: Job) -> Position | None:
        rows, end = self.chat.notifications.page(
            "actorId", job.user_id, after=job.position.get("after"), index="byActor"
        )
        for keys in rows:
            key = {"userId": keys["userId"], "notificationId": keys["notificationId"]}
            row = self.chat.notifications.get(key, consistent=True)
            if row is None:
                continue
            user = DeletedUser(job.user_id, alias(job, row["roomId"]), self.is_erasing)
            changes = redaction.notification_changes(row, user)
            if changes is not None:
                self.chat.apply(self.chat.notifications, key, changes)
        return None if end is None else {"after": end}

    def _user(self, job: Job) -> None:
        self.bucket.remove(f"exports/{job.user_id}/")
        self.jobs.forget_export(job)
        self.pool.remove(job.username)
