"""Runs calls with faults, repeats them as a client does until they are acknowledged, and checks the invariants."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chat_client import OperationError, TransportError
from tests.helpers.backend import is_running
from tests.helpers.faults import FaultSwitch, fault
from tests.helpers.invariants import NOTHING, Leftovers, RoomRows, violations
from tests.helpers.waiting import eventually, wait_until
from tests.helpers.write_paths import PATHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.helpers.chat import Row
    from tests.helpers.write_paths import Attempt, Participants, WritePath

OVERTAKEN = "overtaken"
"""A call pauses at a step while the repeated call overtakes it."""
MODES = ("drop", "throttle", "lose", "twice", OVERTAKEN)
BROKEN_OFF = Leftovers(
    holes=1, members_too_many=1, owners_too_few=1, replies_not_counted=1, acts_not_done=1, emoji_too_many=1
)
HOT = ("createMessage", "updateMessage", "deleteMessage", "createReaction", "joinChatRoom")
"""The mutations that every conversation uses."""
READS = ("GetItem", "BatchGetItem", "Query")
IS_COMPLETE = os.environ.get("CHAT_FAULTS") == "all"
"""Whether to run all cases; otherwise a selection."""
LEFTOVERS = {"twice": Leftovers(holes=1), OVERTAKEN: Leftovers(holes=2)}
"""Permitted permanent effects by mode; an aborted call may leave `BROKEN_OFF`."""
_STANDSTILL_SECONDS = 0.4
_FOR_EVER_SECONDS = 3600
_REPETITIONS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A fault at a step of a call."""

    path: WritePath
    mode: str
    step: int

    def __str__(self) -> str:
        """Return the case for the message of a failing test."""
        return f"{self.path.name}, {self.mode} at step {self.step}"

    def fault(self, attempt: Attempt) -> dict[str, Any]:
        """Return the fault in the format of the backend."""
        mode = "delay" if self.mode == OVERTAKEN else self.mode
        seconds = _STANDSTILL_SECONDS if self.mode == OVERTAKEN else _FOR_EVER_SECONDS
        return fault(self.path.operation, mode, self.step, containing=attempt.about, seconds=seconds)


def telling_steps(calls: Sequence[str]) -> list[int]:
    """Return the steps at which to fail: writing ones, or all."""
    return [at for at, call in enumerate(calls, start=1) if IS_COMPLETE or not call.startswith(READS)]


async def steps_of(path: WritePath, participants: Participants) -> list[str]:
    """Run a write path without a fault; return its calls of DynamoDB and Lambda. It must leave no permanent effect."""
    switch = FaultSwitch(participants.backend)
    attempt = await path.prepare(participants)
    await switch.arm(fault(path.operation, "watch", containing=attempt.about))
    answer = await attempt.user.run(path.mutation, **attempt.variables)
    (watched,) = await switch.state()
    assert await problems(attempt, answer, participants) == []
    calls: list[str] = watched["calls"]
    return calls


async def run_with_faults(cases: Sequence[Case], participants: Participants) -> list[str]:
    """Run cases concurrently, each in its own room; return the violations after them.

    Raises:
        AssertionError: a fault did not happen.
    """
    switch = FaultSwitch(participants.backend)
    attempts = [await case.path.prepare(participants) for case in cases]
    await switch.arm(*(case.fault(attempt) for case, attempt in zip(cases, attempts, strict=True)))
    answers = await asyncio.gather(*(_through(case, attempt) for case, attempt in zip(cases, attempts, strict=True)))
    missed = [str(case) for case, one in zip(cases, await switch.state(), strict=True) if not one["struck"]]
    assert not missed, f"these did not happen: {missed}"
    found = []
    for case, attempt, answer in zip(cases, attempts, answers, strict=True):
        allowed = LEFTOVERS.get(case.mode, BROKEN_OFF)
        found += [f"{case}: {problem}" for problem in await problems(attempt, answer, participants, allowed)]
    return found


async def _through(case: Case, attempt: Attempt) -> Row | OperationError | None:
    """Trigger the fault and repeat the call until it is acknowledged."""
    if case.mode == OVERTAKEN:
        await asyncio.gather(*(_once(case.path, attempt) for _ in range(2)), return_exceptions=True)
    return await repeat(case.path, attempt)


async def repeat(path: WritePath, attempt: Attempt) -> Row | OperationError | None:
    """Make a call again until it is acknowledged.

    Returns:
        Its response, None if the repeated call reports that it was done before, or the permanent error.
    """
    last: OperationError | None = None
    for _ in range(_REPETITIONS):
        try:
            return await _once(path, attempt)
        except OperationError as error:
            if last is not None and attempt.settled.issuperset(error.types):
                return None
            last = error
    return last


async def _once(path: WritePath, attempt: Attempt) -> Row:
    row: Row = await attempt.user.run(path.mutation, **attempt.variables)
    return row


async def abandon(cases: Sequence[Case], participants: Participants) -> list[str]:
    """Run each call up to its step, kill the backend there, and then repeat all calls.

    The last call kills the backend: its fault ends the process after the write.

    Returns:
        The violations after all calls are acknowledged.

    Raises:
        AssertionError: a call did not reach its step, or was not interrupted.
    """
    switch = FaultSwitch(participants.backend)
    deadly = Case(PATHS["updateNotificationPreference"], "kill_after", 2)
    attempts = [await case.path.prepare(participants) for case in (*cases, deadly)]
    places = list(zip((*cases, deadly), attempts, strict=True))
    await switch.arm(*(case.fault(attempt) for case, attempt in places))
    calls = [asyncio.create_task(_begin(case, attempt)) for case, attempt in places[:-1]]
    await eventually(switch.state, until=lambda faults: all(fault["struck"] for fault in faults[:-1]))
    pid = participants.backend.pid
    calls.append(asyncio.create_task(_begin(*places[-1])))
    assert all(await asyncio.gather(*calls)), "a call was not cut off"
    await asyncio.to_thread(wait_until, lambda: not is_running(pid))
    await asyncio.to_thread(participants.backend.up)
    found = []
    for case, attempt in places:
        answer = await repeat(case.path, attempt)
        found += [f"{case}: {problem}" for problem in await problems(attempt, answer, participants, BROKEN_OFF)]
    return found


async def _begin(case: Case, attempt: Attempt) -> bool:
    """Make a call; return whether the connection was closed."""
    try:
        await _once(case.path, attempt)
    except TransportError:
        return True
    return False


async def problems(
    attempt: Attempt, answer: Row | OperationError | None, participants: Participants, allowed: Leftovers = NOTHING
) -> list[str]:
    """Return violations after a call, after waiting for functions that are still writing."""
    if isinstance(answer, OperationError) and not (
        allowed.owners_too_few and attempt.hindered.issuperset(answer.types)
    ):
        return [f"the call cannot be completed: {answer}"]
    room_id = attempt.room_id or (answer["id"] if isinstance(answer, dict) else "")

    def look() -> list[str]:
        rows = RoomRows.read(participants.backend, room_id)
        is_lost = not isinstance(answer, OperationError) and not attempt.is_done(answer, rows)
        lost = [f"what was acknowledged is not there: {answer}"] if is_lost else []
        return [*lost, *violations(rows, allowed)]

    async def look_again() -> list[str]:
        return await asyncio.to_thread(look)

    try:
        return await eventually(look_again, until=lambda found: not found, within=10)
    except AssertionError:
        return await look_again()
