"""A server process on a folder, without a stack in it: started, killed and started again by tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

from local.clients import clients
from local.process import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class ServerProcess:
    """Runs while the ``with`` block does; ends by SIGKILL if the test has not ended it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None:
            self.end(signal.SIGKILL)

    def start(self) -> None:
        """Start it and return when it answers."""
        reading, writing = os.pipe()
        command = [sys.executable, "-m", "local", "serve", "--directory", str(self.directory)]
        self.process = subprocess.Popen(
            [*command, "--port", "0", "--tls-port", "0", "--report", str(writing)], cwd=ROOT, pass_fds=(writing,)
        )
        os.close(writing)
        with os.fdopen(reading) as report:
            self.url = f"http://127.0.0.1:{json.loads(report.readline())['port']}"

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.process = None
        return code

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients are typed by literal names
        """Return a boto3 client."""
        return clients([service], self.url)[service]
