"""The numbers that order a table's stream: they never go back, whatever the clock does, and they tell an age.

MiniStack takes the milliseconds of the wall clock and a counter that each process begins anew
(``services.dynamodb._next_stream_seq``, pinned). After a step back, or a restart within one millisecond, a new record
would come before older ones, and a function that is past those would never be given it. Here each number is above all
that were given before: in this process, and in those whose records and positions are read back (`note`). The form is
the same: 30 digits, the first 20 of them milliseconds unless the clock was set back; AWS gives 21 to 40.

The age of a number is the time for which this process has had it, by the monotonic clock. So neither a step of the
clock nor a machine that slept or was switched off makes a record old. A restart makes it young again: whether the time
of day that it carries was right cannot be known then, and a record that is kept too long harms nobody.
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
    """Gives numbers; safe to use from several threads.

    Args:
        wall: the time of day in seconds, which new numbers follow where it has not been set back.
        monotonic: the clock by which ages are measured.
    """

    def __init__(
        self, *, wall: Callable[[], float] | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last = 0
        self._marks: deque[tuple[str, float]] = deque()
        """The first number of every ``_MARK_SECONDS`` and when it was given."""
        self._begun = monotonic()

    def install(self, dynamodb: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped module
        """Let MiniStack's DynamoDB take its numbers from here.

        Raises:
            RuntimeError: it is not the pinned version.
        """
        if not hasattr(dynamodb, _NEXT):
            msg = f"MiniStack's dynamodb module has no {_NEXT}: it is not the pinned version"
            raise RuntimeError(msg)
        setattr(dynamodb, _NEXT, self.next)

    def next(self) -> str:
        """Return a number above all others, as text that is ordered like the numbers."""
        with self._lock:
            now = (self._wall or time.time)()
            self._last = max(self._last + 1, int(now * 1000) * _COUNTED)
            number = f"{self._last:0{DIGITS}d}"
            self._mark(number)
            return number

    def note(self, number: str) -> None:
        """Give none up to this one any more; a text that is no number is passed over."""
        if number.isdecimal():
            with self._lock:
                self._last = max(self._last, int(number))

    def age(self, number: str) -> float:
        """Return for how many seconds this process has had a number, to a few seconds, rather too many."""
        with self._lock:
            after = bisect_right(self._marks, number, key=lambda mark: mark[0])
            since = self._marks[after - 1][1] if after else self._begun
            return self._monotonic() - since

    def _mark(self, number: str) -> None:
        now = self._monotonic()
        if not self._marks or now - self._marks[-1][1] >= _MARK_SECONDS:
            self._marks.append((number, now))
        while len(self._marks) > 1 and now - self._marks[1][1] > _REMEMBERED_SECONDS:
            self._marks.popleft()  # what is older still counts from the beginning of the process
