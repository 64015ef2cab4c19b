"""File descriptors: each connection uses one, and the usual limit of 1,024 is soon reached."""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import threading
from typing import Final

logger = logging.getLogger(__name__)

_ENOUGH: Final = 65536
_ALWAYS_ALLOWED: Final = 10240
"""The limit that macOS enforces although it reports the hard limit as infinite."""
_RESERVE: Final = 8
_CHECK_SECONDS: Final = 2.0
_REPEAT_SECONDS: Final = 60.0


def raise_limit() -> int:
    """Raise and return the process's soft limit of descriptors, as far as allowed and useful."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (_ENOUGH, _ALWAYS_ALLOWED):
        target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft == resource.RLIM_INFINITY or soft >= target:
            return soft
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
            return target
    return soft


def warn_when_short() -> None:
    """Log, at most once per minute, that connections are refused because no descriptor is left.

    The event loop (libuv) closes such a connection without a log entry, so nothing else can report it.
    """
    threading.Thread(target=_watch, name="descriptors", daemon=True).start()


def _watch() -> None:
    never = threading.Event()
    while True:
        short = is_short()
        if short:
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            logger.error(
                "all of the %d file descriptors that this process may have are in use, so new connections are closed "
                "at once. Close some clients, or raise the limit in the shell before `make up`: `ulimit -n` (the hard "
                "limit is %d)",
                soft,
                hard,
            )
        never.wait(_REPEAT_SECONDS if short else _CHECK_SECONDS)


def is_short() -> bool:
    """Return whether almost no descriptor is left; the system always assigns the lowest free number."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        lowest = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return True
    os.close(lowest)
    return soft != resource.RLIM_INFINITY and lowest >= soft - _RESERVE
