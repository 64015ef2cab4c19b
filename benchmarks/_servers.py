"""The two servers of the AppSync benchmark as separate processes: this project's, and unmodified MiniStack."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from local.embedded.credentials import RunCredentials
from local.embedded.environment import client_environment
from tests.helpers.server import UNTIL_EOF, start_server

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PUBLIC_CREDENTIALS = RunCredentials("test", "test")
"""MiniStack's default credentials, which it accepts from every client."""
_START_SECONDS = 30
_STOP_SECONDS = 15


@contextmanager
def local_server(folder: Path) -> Iterator[tuple[int, int]]:
    """Run this project's server without a stack; yield its port and its process id."""
    process, report = start_server(folder, UNTIL_EOF)
    try:
        with report:
            yield int(json.loads(report.readline())["port"]), process.pid
    finally:
        _end(process)


@contextmanager
def ministack_server(folder: Path) -> Iterator[int]:
    """Run unmodified MiniStack with its own AppSync execution; yield its port."""
    port = _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **client_environment(PUBLIC_CREDENTIALS),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(folder),
    }
    environment.pop("DOCKER_HOST", None)
    with (folder / "ministack.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _await_health(port, process)
            yield port
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_health(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=1):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise RuntimeError("MiniStack did not start")
