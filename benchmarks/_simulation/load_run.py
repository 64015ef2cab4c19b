"""A run of the load test: worker processes, progress and memory during the run, the expected state at the end."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from benchmarks._simulation.expected_state import ExpectedState
from benchmarks._simulation.metrics import Metrics, summary
from benchmarks._simulation.process import WorkerConfig, work
from benchmarks._simulation.target import LoadError
from benchmarks.memory import resident_mebibytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

_PROGRESS_SECONDS = 10.0
_FINISH_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory of the server at one time, in MiB."""

    minute: float
    server: float
    """The server process, which contains all data."""
    family: float
    """Including the JavaScript process and the processes of functions."""


@dataclass(slots=True)
class LoadRun:
    """Runs the worker processes and collects their results."""

    workers: Sequence[WorkerConfig]
    server: int | None
    """Process id of a local AWS, whose memory is measured."""
    say: Callable[[str], None]
    metrics: Metrics = field(default_factory=Metrics)
    expected: ExpectedState = field(default_factory=ExpectedState)
    samples: list[Sample] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    """Load averages (one minute) of the machine."""
    begun: float = 0.0
    """``time.monotonic`` of the first sign-in."""
    _last: Metrics = field(default_factory=Metrics)
    _told: float = 0.0

    def run(self) -> None:
        """Run the worker processes until they have finished and checked their users.

        Raises:
            LoadError: a process has died.
        """
        context = multiprocessing.get_context("spawn")
        self.begun = self._told = time.monotonic()
        pipes: dict[Connection, SpawnProcess] = {}
        for worker in self.workers:
            mine, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, worker), daemon=True)
            process.start()
            theirs.close()
            pipes[mine] = process
        try:
            self._gather(pipes, until="quiet", seconds=self.workers[0].seconds + _FINISH_SECONDS)
            self._progress("all have stopped", force=True)
            for pipe in pipes:
                pipe.send("finish")
            self._gather(pipes, until="expected", seconds=_FINISH_SECONDS)
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
                if isinstance(told, Metrics):
                    self._take(told)
                    continue
                if isinstance(told, ExpectedState):
                    self.expected.add(told)
                waiting.remove(pipe)
            self._progress("chatting" if until == "quiet" else "comparing what is shown")

    def _take(self, told: Metrics) -> None:
        self.metrics.add(told)
        self._last.add(told)

    def _progress(self, what: str, *, force: bool = False) -> None:
        now = time.monotonic()
        if now - self._told < _PROGRESS_SECONDS and not force:
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
    """Return the resident memory of one process in MiB."""
    command = ["ps", "-o", "rss=", "-p", str(process_id)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout
    return int(listed or 0) / 1024


def tell(text: str) -> None:
    """Print progress on standard error; standard output is for the result."""
    print(text, file=sys.stderr, flush=True)
