"""A server process for a data directory, without a stack: tests start it, kill it and start it again."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any, Self

from local.clients import clients
from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory
from tests.helpers.server import start_server

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from local.embedded.credentials import RunCredentials


def upload_form(fields: Mapping[str, str], content: bytes, boundary: str = "b") -> bytes:
    """Return the body of a browser's form upload to S3 (multipart/form-data), with the file last."""
    head = f"--{boundary}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    file = f'{head}"file"; filename="a"\r\n\r\n'.encode()
    return b"".join([*parts, file, content, f"\r\n--{boundary}--\r\n".encode()])


class ServerProcess:
    """A server that runs during the ``with`` block, and is killed at its end unless the test has ended it.

    Args:
        directory: the data directory.
        compact_bytes: the length at which the server compacts the journal of DynamoDB's items, if not the default.
    """

    def __init__(self, directory: Path, *, compact_bytes: int | None = None) -> None:
        self.directory = directory
        self._compact_bytes = compact_bytes
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self._clients: dict[tuple[str, str, str], Any] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None:
            self.end(signal.SIGKILL)

    def start(self) -> None:
        """Start the server and return when it responds."""
        self.process, output = start_server(self.directory, program=self._program())
        with output as report:
            self.url = f"http://127.0.0.1:{json.loads(report.readline())['port']}"

    def _program(self) -> list[str]:
        if self._compact_bytes is None:
            return ["-m", "local"]
        short = f"from local.embedded import items; items.COMPACT_BYTES = {self._compact_bytes}"
        return ["-c", f"import runpy; {short}; runpy.run_module('local', run_name='__main__')"]

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(timeout=120)
        self.process = None
        return code

    @property
    def credentials(self) -> RunCredentials:
        """Return the credentials of the current run."""
        return read_credentials(DataDirectory(self.directory))

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients are typed by literal names
        """Return a boto3 client, created once because creation takes a tenth of a second or more."""
        place = (service, self.url, self.credentials.access_key_id)
        if place not in self._clients:
            self._clients[place] = clients([service], self.url, self.credentials)[service]
        return self._clients[place]
