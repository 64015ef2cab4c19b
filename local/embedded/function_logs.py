"""Collects the log lines of an invocation by the monotonic clock.

MiniStack waits for the log lines of a finished invocation by the wall clock (``Worker._drain_stderr_bounded`` in
``core.lambda_runtime``, pinned). If the clock is set back in that instant, the wait lasts as long as the step, and the
function's event source mapping stands still. No upstream issue is known; remove this module when MiniStack uses the
monotonic clock there.
"""

from __future__ import annotations

import queue
import time
from typing import Any

FIRST_LINE_SECONDS = 0.05
"""How long to wait for the first line; also the delay of a function that logs nothing."""
NEXT_LINE_SECONDS = 0.005
LONGEST_SECONDS = 0.25
DRAIN = "_drain_stderr_bounded"


def install() -> None:
    """Replace MiniStack's method.

    Raises:
        RuntimeError: MiniStack is not the pinned version.
    """
    from ministack.core import lambda_runtime  # noqa: PLC0415 - see emulator.Emulator

    worker: Any = lambda_runtime.Worker
    if not hasattr(worker, DRAIN):
        msg = f"MiniStack's lambda_runtime.Worker has no {DRAIN}: it is not the pinned version"
        raise RuntimeError(msg)
    setattr(worker, DRAIN, lambda self: collect(self._stderr_queue))


def collect(lines: queue.Queue[str]) -> str:
    """Return the lines of a finished invocation, joined by line breaks; wait a quarter of a second at most."""
    collected: list[str] = []
    end = time.monotonic() + LONGEST_SECONDS
    patience = FIRST_LINE_SECONDS
    while (remaining := end - time.monotonic()) > 0:
        try:
            collected.append(lines.get(timeout=min(patience, remaining)))
        except queue.Empty:
            break
        patience = NEXT_LINE_SECONDS
    return "\n".join(collected)
