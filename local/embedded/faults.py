"""What may go wrong on purpose: one call of one operation is dropped, lost, doubled, delayed, or the process is killed.

A fault waits until it meets its call, strikes once and is done. `fault_injection.py` puts it in the way of calls, and
only where the server was started with ``CHAT_LOCAL_FAULTS=on``.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from appsync_local.backend import AwsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class Mode(StrEnum):
    """What happens to a call."""

    DROP = "drop"
    """It is not made; the caller hears of an internal error."""
    THROTTLE = "throttle"
    """It is not made; the caller hears that there are too many."""
    REFUSE = "refuse"
    """It is not made; the caller hears that it is no good, which clients of AWS do not try again."""
    LOSE = "lose"
    """It is made, and the caller hears of an internal error instead of its answer."""
    TWICE = "twice"
    """It is made twice, as AWS's own clients do when an answer is lost; the caller hears the second answer."""
    DELAY = "delay"
    """It is made ``seconds`` later."""
    DELAY_ANSWER = "delay_answer"
    """It is made, and its answer comes ``seconds`` later."""
    KILL = "kill"
    """The process ends by SIGKILL before it is made."""
    KILL_AFTER = "kill_after"
    """The process ends by SIGKILL when it has been made, before its answer is heard."""
    WATCH = "watch"
    """Nothing; the calls are listed."""


_NOT_MADE = {
    Mode.DROP: ("InternalServerError", "The call was dropped on purpose."),
    Mode.THROTTLE: ("ProvisionedThroughputExceededException", "The call was throttled on purpose."),
    Mode.REFUSE: ("ValidationException", "The call was refused on purpose."),
}


class FaultError(Exception):
    """What was asked for is no fault."""


@dataclass(slots=True)
class Fault:
    """One fault, from its arming on.

    Attributes:
        operation: a resolver, ``Mutation.createMessage``, or a function's name, ``chat-notifications-local``.
        mode: what happens.
        step: 0 is the operation as a whole; n is its nth call to DynamoDB or Lambda.
        containing: only operations, invocations and calls of functions that have this text in what they are given, for
            example the id of a room.
        seconds: of a delay.
        calls: what the operation has called, in order; of several runs, those of the last one.
        struck: whether it has happened.
    """

    operation: str
    mode: Mode
    step: int = 0
    containing: str = ""
    seconds: float = 0.0
    calls: list[str] = field(default_factory=list)
    struck: bool = False

    @classmethod
    def parse(cls, value: Any) -> Fault:  # noqa: ANN401 - any JSON
        """Read a fault.

        Raises:
            FaultError: the message says what is wrong.
        """
        kinds: dict[str, Any] = {"operation": str, "mode": str, "step": int, "containing": str, "seconds": (int, float)}
        if not isinstance(value, dict) or not {"operation", "mode"} <= value.keys() <= kinds.keys():
            raise FaultError(f"A fault has operation and mode, and may have {', '.join(list(kinds)[2:])}: {value!r}")
        wrong = [name for name, given in value.items() if not isinstance(given, kinds[name])]
        if wrong:
            raise FaultError(f"{wrong[0]} is {value[wrong[0]]!r}, which is of a wrong type.")
        try:
            return cls(**{**value, "mode": Mode(value["mode"])})
        except ValueError:
            raise FaultError(f"mode is {value['mode']!r}. Give one of {', '.join(Mode)}.") from None

    def concerns(self, operation: str, text: str) -> bool:
        """Return whether it waits for this."""
        return not self.struck and self.operation == operation and self.containing in text

    def strikes_at(self, step: int) -> bool:
        """Return whether it happens now; then it is over."""
        if self.struck or self.step != step or self.mode is Mode.WATCH:
            return False
        self.struck = True
        return True


class Faults:
    """The faults of one server."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, faults: list[Fault]) -> None:
        """Let these wait from now on, and no others."""
        self._armed = faults

    @property
    def is_quiet(self) -> bool:
        """Return whether none is armed."""
        return not self._armed

    def state(self) -> list[dict[str, Any]]:
        """Return the faults that were armed last, and what has become of them."""
        return [asdict(fault) for fault in self._armed]

    def run(self, operation: str, text: str) -> Run:
        """Begin a run of an operation: the faults that are armed now are those it meets."""
        found = [fault for fault in self._armed if fault.concerns(operation, text)]
        for fault in found:
            fault.calls.clear()
        return Run(found)

    def meet(self, operation: str, call: str, text: str) -> Fault | None:
        """Return the fault that a function's call meets; which of its invocations makes the call cannot be told."""
        for fault in self._armed:
            if fault.concerns(operation, text):
                fault.calls.append(call)
                if fault.strikes_at(len(fault.calls)):
                    return fault
        return None


class Run:
    """One run of an operation: its calls, counted."""

    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults
        self._step = 0

    def begin(self) -> Fault | None:
        """Return the fault that the run as a whole meets."""
        return self._struck()

    def meet(self, call: str) -> Fault | None:
        """Return the fault that the next call meets."""
        self._step += 1
        for fault in self._faults:
            fault.calls.append(call)
        return self._struck()

    def _struck(self) -> Fault | None:
        return next((fault for fault in self._faults if fault.strikes_at(self._step)), None)


async def suffer(fault: Fault | None, call: Callable[[], Awaitable[T]]) -> T:
    """Make a call, or not, as the fault says.

    Raises:
        AwsError: the caller's error, of the call itself or on purpose.
    """
    if fault is None:
        return await call()
    mode = fault.mode
    if mode in _NOT_MADE:
        raise AwsError(*_NOT_MADE[mode])
    if mode is Mode.KILL:
        _kill()
    if mode is Mode.DELAY:
        await asyncio.sleep(fault.seconds)
    if mode in {Mode.TWICE, Mode.LOSE, Mode.KILL_AFTER}:
        with suppress(AwsError):
            await call()
    if mode is Mode.KILL_AFTER:
        _kill()
    if mode is Mode.LOSE:
        raise AwsError("InternalServerError", "The answer was lost on purpose.")
    answer = await call()
    if mode is Mode.DELAY_ANSWER:
        await asyncio.sleep(fault.seconds)
    return answer


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
