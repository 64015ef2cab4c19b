"""A job: its row of the privacy table, and how it goes from step to step.

A job is a list of named steps, and a step does one bounded page of work at a time: it is given the position where the
page before ended, and says where the next one begins, or that there is none. The row holds step and position. Whatever
ends the function in between, the next attempt repeats at most one page, so every page has to be safe to repeat.

One invocation works for some seconds and then wakes the next one by writing the row in a way that the stream's filter
lets pass. Rows of one user are in one shard of the stream, so no two invocations ever work for the same user.
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
"""Where a step's next page begins; what it holds is the step's own. Empty at the start."""

REMEMBERED_DAYS = 30
"""How long a deletion that is done is remembered."""
_DAY = 24 * 3600


@dataclass(slots=True)
class Job:
    """One job, as far as its steps need to know it."""

    user_id: str
    kind: Kind
    job_id: str
    username: str
    """Of the user pool."""
    step: str | None = None
    position: Position = field(default_factory=dict)
    secret: str = ""
    """What the names are made from that stand for the user's (``alias.py``); goes with the end of the job."""
    room_count: int = 0
    """How many rooms it has gone through."""
    part_count: int = 0
    """Of an export: how many parts it has written."""
    archives: list[dict[str, Any]] = field(default_factory=list)
    """Of an export: key and size of what is there to download."""

    @property
    def key(self) -> dict[str, str]:
        """The key of its row."""
        return {"userId": self.user_id, "kind": self.kind}


class Jobs:
    """The jobs' rows."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def due(self, user_id: str, kind: str, turn: int) -> Job | None:
        """Return the job whose turn it is; None where it is done, or where a later turn has been woken already."""
        row = self._table.get({"userId": user_id, "kind": kind}, consistent=True)
        if row is None or row["status"] == "COMPLETED" or row["turn"] != turn:
            return None
        return _job(row)

    def is_deleting(self, user_id: str) -> bool:
        """Tell whether the user has asked for the deletion of the account."""
        return self._table.get({"userId": user_id, "kind": "DELETION"}, consistent=True) is not None

    def save(self, job: Job) -> None:
        """Keep how far the job has come."""
        self._write(job, {"wakes": False})

    def wake(self, job: Job, turn: int) -> None:
        """Keep how far the job has come, and have the stream begin the next turn."""
        self._write(job, {"wakes": True, "turn": turn + 1})

    def complete(self, job: Job, now: datetime, days: int) -> None:
        """Write that the job is done, and forget whatever could tell whose aliases were whose."""
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
        """Remove the row."""
        self._table.delete(job.key)

    def forget_export(self, job: Job) -> None:
        """Remove the row of the user's export, if there is one."""
        self._table.delete({"userId": job.user_id, "kind": "EXPORT"})

    def _write(self, job: Job, more: Mapping[str, Any]) -> None:
        values = {
            "status": "RUNNING",
            "step": job.step,
            "position": job.position,
            "secret": job.secret,
            "roomCount": job.room_count,
            "partCount": job.part_count,
            "archives": job.archives,
            **more,
        }
        self._update(job, values)

    def _update(
        self, job: Job, values: Mapping[str, Any], rest: str = "", names: Mapping[str, str] | None = None
    ) -> None:
        """Write these attributes; the row is there, since only the job itself removes it."""
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
    """Do the job's pages one after another, until it is done or time is up.

    Args:
        job: where it stands; changed along with its row.
        steps: its steps by name, in their order.
        jobs: where its row is.
        is_time_left: whether another page may begin; the first one always does.

    Returns:
        Whether the last step is done.
    """
    names = list(steps)
    if job.step is None:
        job.step, job.secret = names[0], secrets.token_hex(32)
        jobs.save(job)
    while True:
        position = steps[job.step](job)
        if position is None:
            following = names.index(job.step) + 1
            if following == len(names):
                return True
            job.step, position = names[following], {}
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
        part_count=row.get("partCount", 0),
        archives=row.get("archives", []),
    )
