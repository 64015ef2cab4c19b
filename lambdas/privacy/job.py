"""Jobs: their rows in the privacy table, and their execution.

A job is a list of named steps. A step processes one bounded page at a time: it gets the position at which the previous
page ended, and returns the position of the next page, or None after the last one. The row stores step and position. If
the function is interrupted, the next attempt repeats at most one page: pages have to be idempotent.

An invocation runs for one time slice, and then triggers the next one with a write that matches the stream's filter. The
rows of a user are in one shard of the stream, so that two invocations never work for the same user.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lambdas.common.times import iso8601

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from lambdas.common.items import Row
    from lambdas.common.tables import DynamoTable

Kind = Literal["EXPORT", "DELETION"]
Position = dict[str, Any]
"""Start of a step's next page; its content depends on the step. Empty at the start."""

REMEMBERED_DAYS = 30
"""Days for which the row of a completed deletion is kept."""
_DAY = 24 * 3600


@dataclass(slots=True)
class Job:
    """An export or a deletion of one user."""

    user_id: str
    kind: Kind
    job_id: str
    username: str
    """User name in the user pool."""
    step: str | None = None
    position: Position = field(default_factory=dict)
    secret: str = ""
    """Key of the user's aliases (``redaction.alias``); removed when the job completes."""
    room_count: int = 0
    """Number of rooms processed."""
    chunk_count: int = 0
    """Number of chunks an export has written."""
    archives: list[dict[str, Any]] = field(default_factory=list)
    """Key and size of each archive of an export."""

    @property
    def key(self) -> dict[str, str]:
        """The key of its row."""
        return {"userId": self.user_id, "kind": self.kind}


class Jobs:
    """The rows of jobs."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def due(self, user_id: str, kind: str, time_slice: int) -> Job | None:
        """Return the job if this time slice is its next one; None if it has run, or the job is completed."""
        row = self._table.get({"userId": user_id, "kind": kind}, consistent=True)
        if row is None or row["status"] == "COMPLETED" or row["turn"] != time_slice:
            return None
        return _job(row)

    def is_deleting(self, user_id: str) -> bool:
        """Return whether the user has requested the deletion of the account."""
        return self._table.get({"userId": user_id, "kind": "DELETION"}, consistent=True) is not None

    def save(self, job: Job) -> None:
        """Save the job's progress."""
        self._write(job, {"wakes": False})

    def wake(self, job: Job, time_slice: int) -> None:
        """Save the job's progress, and trigger the next time slice."""
        self._write(job, {"wakes": True, "turn": time_slice + 1})

    def complete(self, job: Job, now: datetime, days: int) -> None:
        """Mark the job as completed, and remove everything that could link aliases to the user."""
        values = {
            "status": "COMPLETED",
            "completedAt": iso8601(now),
            "expiresAt": int(now.timestamp()) + days * _DAY,
            "roomCount": job.room_count,
            "archives": job.archives,
            "wakes": False,
        }
        self._update(job, values, " REMOVE username, secret, step, #position, partCount", {"#position": "position"})

    def forget(self, job: Job) -> None:
        """Delete the row."""
        self._table.delete(job.key)

    def forget_export(self, job: Job) -> None:
        """Delete the row of the user's export, if there is one."""
        self._table.delete({"userId": job.user_id, "kind": "EXPORT"})

    def _write(self, job: Job, more: Mapping[str, Any]) -> None:
        values = {
            "status": "RUNNING",
            "step": job.step,
            "position": job.position,
            "secret": job.secret,
            "roomCount": job.room_count,
            "partCount": job.chunk_count,
            "archives": job.archives,
            **more,
        }
        self._update(job, values)

    def _update(
        self, job: Job, values: Mapping[str, Any], rest: str = "", names: Mapping[str, str] | None = None
    ) -> None:
        """Write attributes of the row, which exists: only the job itself deletes it."""
        self._table.update(
            job.key,
            "SET " + ", ".join(f"#to_{name} = :to_{name}" for name in values) + rest,
            condition="jobId = :job",
            names={f"#to_{name}": name for name in values} | dict(names or {}),
            values={f":to_{name}": value for name, value in values.items()} | {":job": job.job_id},
        )


def run(
    job: Job, steps: Mapping[str, Callable[[Job], Position | None]], jobs: Jobs, is_time_left: Callable[[], bool]
) -> bool:
    """Run the job's pages one after another, until it is completed or the time slice ends.

    Args:
        job: The job; updated along with its row.
        steps: Steps by name, in order.
        jobs: The rows of jobs.
        is_time_left: Returns whether another page may start; the first one always does.

    Returns:
        Whether the last step is completed.
    """
    names = list(steps)
    if job.step is None:
        job.step, job.secret = names[0], secrets.token_hex(32)
        jobs.save(job)
    while True:
        position = steps[job.step](job)
        if position is None:
            next_step = names.index(job.step) + 1
            if next_step == len(names):
                return True
            job.step, position = names[next_step], {}
        job.position = position
        if not is_time_left():
            return False
        jobs.save(job)


def _job(row: Row) -> Job:
    return Job(
        user_id=row["userId"],
        kind=row["kind"],
        job_id=row["jobId"],
        username=row["username"],
        step=row.get("step"),
        position=row.get("position", {}),
        secret=row.get("secret", ""),
        room_count=row.get("roomCount", 0),
        chunk_count=row.get("partCount", 0),
        archives=row.get("archives", []),
    )
