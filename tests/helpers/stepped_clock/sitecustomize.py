# ruff: noqa: INP001 - no package: its folder is a place of the search path
"""A clock that a test can step, in a Python process and its children: see ``tests/helpers/clock.py``.

Python imports this module by its name before all others, because the test adds its folder to ``PYTHONPATH``. Every call
for the time of day adds the offset in the file ``STEPPED_CLOCK_FILE``; the monotonic clock does not change.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import mmap
import os
import struct
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_SHIFT = struct.Struct("<d")
_NANOSECONDS = 1_000_000_000


def _step(file: str) -> None:
    with open(file, "rb") as opened:  # noqa: PTH123 - the fewest imports before everything else
        shared = mmap.mmap(opened.fileno(), _SHIFT.size, access=mmap.ACCESS_READ)

    def shift() -> float:
        seconds: float = _SHIFT.unpack_from(shared)[0]
        return seconds

    real, real_ns = time.time, time.time_ns

    def now() -> float:
        return real() + shift()

    def now_ns() -> int:
        return real_ns() + int(shift() * _NANOSECONDS)

    time.time, time.time_ns = now, now_ns
    for name in ("gmtime", "localtime", "ctime"):
        setattr(time, name, _OfNowByDefault(getattr(time, name)))
    _change_datetime(
        now=classmethod(lambda cls, tz=None: cls.fromtimestamp(now(), tz)),
        utcnow=classmethod(lambda cls: cls.fromtimestamp(now(), dt.UTC).replace(tzinfo=None)),
    )


class _OfNowByDefault:
    """A callable that is not a function: as an attribute of ``logging.Formatter``, a function would become a method."""

    def __init__(self, function: Callable[[float], Any]) -> None:
        self._function = function

    def __call__(self, seconds: float | None = None) -> Any:  # noqa: ANN401 - text or parts
        return self._function(time.time() if seconds is None else seconds)


def _change_datetime(**methods: Any) -> None:  # noqa: ANN401 - descriptors
    """Change the class itself: compiled libraries have a reference to it, and would ignore a replacement."""
    (members,) = gc.get_referents(dt.datetime.__dict__)
    members.update(methods)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(dt.datetime))


if "STEPPED_CLOCK_FILE" in os.environ:
    _step(os.environ["STEPPED_CLOCK_FILE"])
