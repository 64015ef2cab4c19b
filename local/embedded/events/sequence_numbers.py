"""Sequence numbers of stream records, which always increase regardless of the clock, and their age.

MiniStack combines the milliseconds of the wall clock and a counter that each process restarts
(``services.dynamodb._next_stream_seq``, pinned). After the clock was set back, or a restart within one millisecond, a
new record would precede older ones, and a function that has processed those would never receive it. Here, each number
is higher than all earlier ones: those of this process, and those in records and positions that are read back (`note`).
The format is the same: 30 digits, the first 20 of them milliseconds unless the clock was set back; AWS uses 21 to 40.

The age of a number is the time since this process created or read it, by the monotonic clock. A change of the clock,
sleep or a shutdown therefore does not make a record old. A restart resets the age: it is unknown whether the time in
the number was correct, and keeping a record too long is harmless.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

DIGITS = 30
_COUNTED = 10**10
_MARK_SECONDS = 5.0
_REMEMBERED_SECONDS = 2 * 24 * 60 * 60
_NEXT = "_next_stream_seq"


class SequenceNumbers:
    """Creates sequence numbers; thread-safe.

    Args:
        wall: the time of day in seconds, which new numbers follow unless it has been set back.
        monotonic: the clock for ages.
    """

    def __init__(
        self, *, wall: Callable[[], float] | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last = 0
        self._marks: deque[tuple[str, float]] = deque()
        """The first number of every ``_MARK_SECONDS`` and its creation time."""
        self._begun = monotonic()

    def install(self, dynamodb: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped module
        """Make MiniStack's DynamoDB use these numbers.

        Raises:
            RuntimeError: MiniStack is not the pinned version.
        """
        if not hasattr(dynamodb, _NEXT):
            msg = f"MiniStack's dynamodb module has no {_NEXT}: it is not the pinned version"
            raise RuntimeError(msg)
        setattr(dynamodb, _NEXT, self.next)

    def next(self) -> str:
        """Return a number higher than all others, as text with the same order."""
        with self._lock:
            now = (self._wall or time.time)()
            self._last = max(self._last + 1, int(now * 1000) * _COUNTED)
            number = f"{self._last:0{DIGITS}d}"
            self._mark(number)
            return number

    def note(self, number: str) -> None:
        """Create only higher numbers from now on; text that is not a number is ignored."""
        if number.isdecimal():
            with self._lock:
                self._last = max(self._last, int(number))

    def age(self, number: str) -> float:
        """Return the seconds since this process first had a number, rounded up to a few seconds."""
        with self._lock:
            after = bisect_right(self._marks, number, key=lambda mark: mark[0])
            since = self._marks[after - 1][1] if after else self._begun
            return self._monotonic() - since

    def _mark(self, number: str) -> None:
        now = self._monotonic()
        if not self._marks or now - self._marks[-1][1] >= _MARK_SECONDS:
            self._marks.append((number, now))
        while len(self._marks) > 1 and now - self._marks[1][1] > _REMEMBERED_SECONDS:
            self._marks.popleft()  # the age of older numbers counts from the start of the process
