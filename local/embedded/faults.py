"""Injectable faults: a call of an operation is dropped, lost, repeated or delayed, or the process is killed.

A fault applies once, to the first matching call. `fault_injection.py` applies faults, only if the server was started
with ``CHAT_LOCAL_FAULTS=on``.
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
    """The effect of a fault on a call."""

    DROP = "drop"
    """Not called; the caller gets an internal error."""
    THROTTLE = "throttle"
    """Not called; the caller gets a throttling error."""
    REFUSE = "refuse"
    """Not called; the caller gets a validation error, which AWS clients do not retry."""
    LOSE = "lose"
    """Called; the caller gets an internal error instead of the response."""
    TWICE = "twice"
    """Called twice, as AWS clients do after a lost response; the caller gets the second response."""
    DELAY = "delay"
    """Called ``seconds`` later."""
    DELAY_ANSWER = "delay_answer"
    """Called; the response arrives ``seconds`` later."""
    KILL = "kill"
    """The process is killed (SIGKILL) before the call."""
    KILL_AFTER = "kill_after"
    """The process is killed (SIGKILL) after the call, before the response arrives."""
    WATCH = "watch"
    """No effect; calls are listed."""


_NOT_MADE = {
    Mode.DROP: ("InternalServerError", "The call was dropped by a configured fault."),
    Mode.THROTTLE: ("ProvisionedThroughputExceededException", "The call was throttled by a configured fault."),
    Mode.REFUSE: ("ValidationException", "The call was rejected by a configured fault."),
}


class FaultError(Exception):
    """The requested fault is invalid."""


@dataclass(slots=True)
class Fault:
    """A fault and its state.

    Attributes:
        operation: a resolver, ``Mutation.createMessage``, or a function's name, ``chat-notifications-local``.
        mode: the effect.
        step: 0 is the operation as a whole; n is its nth call to DynamoDB or Lambda.
        containing: match only operations, invocations and calls whose input contains this text, for example a room's
            id.
        seconds: the duration of a delay.
        calls: the operation's calls, in order; of several runs, those of the last one.
        struck: whether the fault has been applied.
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
        """Parse a fault.

        Raises:
            FaultError: the message describes the problem.
        """
        kinds: dict[str, Any] = {"operation": str, "mode": str, "step": int, "containing": str, "seconds": (int, float)}
        if not isinstance(value, dict) or not {"operation", "mode"} <= value.keys() <= kinds.keys():
            raise FaultError(
                f"A fault requires operation and mode, and accepts {', '.join(list(kinds)[2:])}: {value!r}"
            )
        wrong = [name for name, given in value.items() if not isinstance(given, kinds[name])]
        if wrong:
            raise FaultError(f"{wrong[0]} is {value[wrong[0]]!r}, which has the wrong type.")
        try:
            return cls(**{**value, "mode": Mode(value["mode"])})
        except ValueError:
            raise FaultError(f"mode is {value['mode']!r}. Give one of {', '.join(Mode)}.") from None

    def concerns(self, operation: str, text: str) -> bool:
        """Return whether the fault is pending for this operation."""
        return not self.struck and self.operation == operation and self.containing in text

    def strikes_at(self, step: int) -> bool:
        """Return whether the fault applies to this step, and mark it as applied."""
        if self.struck or self.step != step or self.mode is Mode.WATCH:
            return False
        self.struck = True
        return True


class Faults:
    """The faults of one server."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, faults: list[Fault]) -> None:
        """Replace the armed faults."""
        self._armed = faults

    @property
    def is_quiet(self) -> bool:
        """Whether no fault is armed."""
        return not self._armed

    def state(self) -> list[dict[str, Any]]:
        """Return the last armed faults and their state."""
        return [asdict(fault) for fault in self._armed]

    def run(self, operation: str, text: str) -> Run:
        """Begin a run of an operation with the matching faults that are armed now."""
        found = [fault for fault in self._armed if fault.concerns(operation, text)]
        for fault in found:
            fault.calls.clear()
        return Run(found)

    def next_fault(self, operation: str, call: str, text: str) -> Fault | None:
        """Count a call of a function, and return its fault or None; concurrent invocations share the count."""
        for fault in self._armed:
            if fault.concerns(operation, text):
                fault.calls.append(call)
                if fault.strikes_at(len(fault.calls)):
                    return fault
        return None


class Run:
    """A run of an operation, which counts its calls."""

    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults
        self._step = 0

    def begin(self) -> Fault | None:
        """Return the fault for the run as a whole."""
        return self._struck()

    def next_fault(self, call: str) -> Fault | None:
        """Return the fault for the next call."""
        self._step += 1
        for fault in self._faults:
            fault.calls.append(call)
        return self._struck()

    def _struck(self) -> Fault | None:
        return next((fault for fault in self._faults if fault.strikes_at(self._step)), None)


async def suffer(fault: Fault | None, call: Callable[[], Awaitable[T]]) -> T:
    """Make a call with a fault applied.

    Raises:
        AwsError: the error of the call itself or of the fault.
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
        raise AwsError("InternalServerError", "The response was dropped by a configured fault.")
    answer = await call()
    if mode is Mode.DELAY_ANSWER:
        await asyncio.sleep(fault.seconds)
    return answer


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
