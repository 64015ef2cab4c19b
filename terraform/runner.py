"""One Terraform command as a process: started, read as it prints, waited for or ended."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_TICK_SECONDS = 0.25
_OPEN_SECONDS = 5.0
"""How long to wait for output of a provider that outlives Terraform."""
_ENDING_SECONDS = 20
_LONGEST_ERROR = 3000


class Running:
    """A running Terraform command.

    It runs in its own session, so that Ctrl-C in a terminal reaches this process only, which forwards it once: after a
    second interrupt Terraform would exit without saving its state.

    Args:
        command: Terraform and its arguments.
        folder: the working directory.
        environment: its process environment.
        is_merged: whether standard error is read as part of standard output, in order.
    """

    def __init__(
        self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], is_merged: bool = False
    ) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if is_merged else subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._output: list[str] = []
        self._errors: list[str] = []
        self._lines: queue.Queue[tuple[list[str], str | None]] = queue.Queue()
        self._open = 0
        for stream, kept in ((self.process.stdout, self._output), (self.process.stderr, self._errors)):
            if stream is not None:
                self._open += 1
                threading.Thread(target=self._pump, args=(stream, kept), daemon=True).start()

    @property
    def output(self) -> str:
        """The standard output so far."""
        return "".join(self._output)

    @property
    def errors(self) -> str:
        """The standard error so far; empty if it is merged into the output."""
        return "".join(self._errors)

    def lines(self, seconds: float | None = None) -> Iterator[str]:
        """Yield each line of standard output until the command ends, and empty strings while there is no output.

        Args:
            seconds: the time limit; None for no limit.

        Raises:
            TimeoutError: the limit is exceeded; the command still runs.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        silent_since = time.monotonic()
        has_ended = False
        while self._open or self.process.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError
            try:
                kept, line = self._lines.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                if self.process.poll() is not None:
                    # What it printed last, for example a large plan as JSON, may still be on its way.
                    silent_since = silent_since if has_ended else time.monotonic()
                    has_ended = True
                    if time.monotonic() - silent_since > _OPEN_SECONDS:
                        return
                yield ""
                continue
            silent_since = time.monotonic()
            if line is None:
                self._open -= 1
                continue
            kept.append(line)
            if kept is self._output:
                yield line

    def interrupt(self) -> None:
        """Interrupt Terraform, which then completes running operations, saves its state and releases the lock."""
        self.process.send_signal(signal.SIGINT)

    def end(self, *, can_finish: bool) -> None:
        """End Terraform if it still runs.

        Args:
            can_finish: whether it can save its state. If not, it would retry for minutes, so it is killed with its
                providers immediately.
        """
        if self.process.poll() is not None:
            return
        if can_finish:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=_ENDING_SECONDS)
                return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _pump(self, stream: IO[str], kept: list[str]) -> None:
        for line in stream:
            self._lines.put((kept, line))
        self._lines.put((kept, None))


def last_error(text: str) -> str:
    """Return Terraform's output from the first error on, without box characters."""
    plain = "\n".join(line.strip("│╷╵ ") for line in text.splitlines())
    begin = plain.find("Error:")
    return (plain[begin:] if begin >= 0 else plain).strip()[-_LONGEST_ERROR:]
