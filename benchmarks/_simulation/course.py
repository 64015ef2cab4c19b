"""The course of a load: processes with their users, progress and memory while it lasts, the ledger at the end."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from benchmarks._simulation.figures import Figures, summary
from benchmarks._simulation.ledger import Ledger
from benchmarks._simulation.process import Share, work
from benchmarks._simulation.target import LoadError
from benchmarks.memory import resident_mebibytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

_TELLING_SECONDS = 10.0
_SETTLING_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What the server needed at one moment, in MiB."""

    minute: float
    server: float
    """The server's own process, which holds all data."""
    family: float
    """With its JavaScript process, and the functions' processes, which come and go."""


@dataclass(slots=True)
class Course:
    """Lets the processes run, and gathers what they tell."""

    shares: Sequence[Share]
    server: int | None
    """Process id of a local backend, whose memory is looked at."""
    say: Callable[[str], None]
    figures: Figures = field(default_factory=Figures)
    ledger: Ledger = field(default_factory=Ledger)
    samples: list[Sample] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    """The machine's load averages of a minute."""
    begun: float = 0.0
    """``time.monotonic`` of the first user's coming in."""
    _last: Figures = field(default_factory=Figures)
    _told: float = 0.0

    def run(self) -> None:
        """Start the processes and return when all is checked that they can check.

        Raises:
            LoadError: a process has died.
        """
        context = multiprocessing.get_context("spawn")
        self.begun = self._told = time.monotonic()
        pipes: dict[Connection, SpawnProcess] = {}
        for share in self.shares:
            mine, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, share), daemon=True)
            process.start()
            theirs.close()
            pipes[mine] = process
        try:
            self._gather(pipes, until="quiet", seconds=self.shares[0].seconds + _SETTLING_SECONDS)
            self._progress("all have stopped", force=True)
            for pipe in pipes:
                pipe.send("settle")
            self._gather(pipes, until="ledger", seconds=_SETTLING_SECONDS)
            for process in pipes.values():
                process.join(5)
        finally:
            for pipe, process in pipes.items():
                pipe.close()
                process.kill()

    def _gather(self, pipes: dict[Connection, SpawnProcess], *, until: str, seconds: float) -> None:
        waiting, deadline = list(pipes), time.monotonic() + seconds
        while waiting:
            if time.monotonic() > deadline:
                raise LoadError(
                    f"A process of the load does not come to its end within {seconds:.0f} s: take fewer --users."
                )
            for pipe in cast("list[Connection]", multiprocessing.connection.wait(waiting, timeout=1)):
                try:
                    told = pipe.recv()
                except EOFError:
                    raise LoadError("A process of the load has died; what it printed above says why.") from None
                if isinstance(told, Figures):
                    self._take(told)
                    continue
                if isinstance(told, Ledger):
                    self.ledger.add(told)
                waiting.remove(pipe)
            self._progress("chatting" if until == "quiet" else "comparing what is shown")

    def _take(self, told: Figures) -> None:
        self.figures.add(told)
        self._last.add(told)

    def _progress(self, what: str, *, force: bool = False) -> None:
        now = time.monotonic()
        if now - self._told < _TELLING_SECONDS and not force:
            return
        last = self._last.taken()
        took = summary([seconds for _, _, seconds in last.requests])
        rate = sum(last.actions.values()) / (now - self._told)
        self._told = now
        self.loads.append(os.getloadavg()[0])
        memory = ""
        if self.server is not None:
            sample = Sample((now - self.begun) / 60, _own_mebibytes(self.server), resident_mebibytes(self.server))
            self.samples.append(sample)
            memory = f", server {sample.server:.0f} MiB"
        times = f", {took['average']:.0f} ms on average, p99 {took['p99']:.0f} ms" if took["count"] else ""
        errors = f", {sum(last.errors.values())} errors" if last.errors else ""
        self.say(f"  {what} ... {now - self.begun:.0f} s, {rate:.1f} actions/s{times}{errors}{memory}")


def _own_mebibytes(process_id: int) -> float:
    """The resident memory of one process."""
    command = ["ps", "-o", "rss=", "-p", str(process_id)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout
    return int(listed or 0) / 1024


def tell(text: str) -> None:
    """Say what is going on, on standard error: standard output is for the result."""
    print(text, file=sys.stderr, flush=True)
