"""A throw-away clone with an environment of its own, and commands that are run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 600
PYTHON = str(getattr(sys, "_base_executable", sys.executable))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, how it ended and how long that took."""

    output: str
    code: int
    seconds: float


@dataclass
class Machine:
    """A clone and the shell's environment beside it.

    Attributes:
        folder: has everything of this machine in it.
        root: the checkout.
        variables: set on top of the environment of this process.
        inside: a command that runs another one, for example in a namespace of its own.
    """

    folder: Path
    root: Path
    variables: dict[str, str] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("CHAT_", "VIRTUAL_ENV", "MAKE"))
            },
            "PYTHON": PYTHON,
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            **self.variables,
        }

    def fake(self, name: str, script: str) -> None:
        """Put a program before all others on the PATH."""
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def unfake(self, name: str) -> None:
        """Take it away again."""
        (self.folder / "bin" / name).unlink()

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command as a process group of its own, as a terminal does."""
        return subprocess.Popen(
            [*self.inside, *command],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def run(self, *command: str) -> Answer:
        """Run a command to its end."""
        begun = time.monotonic()
        process = self.start(*command)
        output = process.communicate(timeout=SECONDS)[0]
        return Answer(output, process.returncode, time.monotonic() - begun)

    def interrupt(self, seconds: float, number: signal.Signals, *command: str) -> Answer:
        """Start a command and send a signal to all of its processes in the foreground after some time."""
        begun = time.monotonic()
        process = self.start(*command)
        time.sleep(seconds)
        os.killpg(process.pid, number)
        output = process.communicate(timeout=SECONDS)[0]
        return Answer(output, process.returncode, time.monotonic() - begun)


@dataclass
class Workshop:
    """Makes machines in a temporary folder.

    Attributes:
        folder: the temporary folder.
        source: the repository to clone.
    """

    folder: Path
    source: Path = ROOT
    _number: int = 0
    _complete: Machine | None = None

    def fresh(self, at: Path | None = None) -> Machine:
        """Return a machine with a fresh clone."""
        self._number += 1
        folder = at or self.folder / f"machine-{self._number}"
        (folder / "bin").mkdir(parents=True)
        command = ["git", "clone", "--quiet", "--depth=1", f"file://{self.source}", str(folder / "chat")]
        subprocess.run(command, check=True, capture_output=True)
        return Machine(folder, folder / "chat")

    def installed(self) -> Machine:
        """Return a machine on which everything that running needs is installed: a copy of one."""
        if self._complete is None:
            complete = self.fresh()
            answer = complete.run("make", "bootstrap")
            if answer.code:
                raise RuntimeError(answer.output)
            self._complete = complete
        self._number += 1
        folder = self.folder / f"machine-{self._number}"
        command = ["cp", "-a", *(["-l"] if sys.platform == "linux" else []), str(self._complete.folder), str(folder)]
        subprocess.run(command, check=True)
        return Machine(folder, folder / "chat")

    def discard(self, machine: Machine) -> None:
        """Delete a machine."""
        shutil.rmtree(machine.folder, ignore_errors=True)
