"""A clock that a test can step while a backend runs; it applies to the server, its functions and its resolvers.

Pass ``SteppedClock(folder).settings`` to a `LocalBackend` (or as environment to ``python -m local up``), then call
``step(-3600)`` or ``set(0)`` at any time, also while the server is down. Monotonic clocks are not stepped. The test's
own boto3 clients use the real time: their requests are refused while the difference is five minutes or more, as in AWS.
"""

from __future__ import annotations

import os
import shlex
import shutil
import struct
from pathlib import Path

_SCRIPTS = Path(__file__).parent / "stepped_clock"


class SteppedClock:
    """An offset from the real time, in a file that all processes read at every call for the time.

    Args:
        folder: an empty folder for this clock only.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "shift"
        self._seconds = 0.0
        self._file.write_bytes(bytes(8))
        self.settings = {
            "STEPPED_CLOCK_FILE": str(self._file),
            "PYTHONPATH": str(_SCRIPTS),
            "PATH": f"{self._node(folder)}{os.pathsep}{os.environ['PATH']}",
        }
        """Create the environment variables of the processes whose clock is stepped."""

    @property
    def seconds(self) -> float:
        """How many seconds the clock is ahead of the real time."""
        return self._seconds

    def step(self, seconds: float) -> None:
        """Move the clock forward, or back if the number is negative."""
        self.set(self._seconds + seconds)

    def set(self, seconds: float) -> None:
        """Set how many seconds the clock is ahead of the real time."""
        self._seconds = seconds
        with self._file.open("r+b") as file:
            file.write(struct.pack("<d", seconds))

    def _node(self, folder: Path) -> Path:
        """Put a ``node`` script before the real one on the path, the only variable that a resolver's process gets."""
        binaries = folder / "bin"
        binaries.mkdir(exist_ok=True)
        preload = f"{(_SCRIPTS / 'clock.mjs').as_uri()}?file={self._file}"
        command = shlex.join([shutil.which("node") or "node", "--import", preload])
        script = binaries / "node"
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        script.chmod(0o700)
        return binaries
