"""Tests that work with an ended server is ended at once, whatever it waits for."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from local.deployment.outputs import publish_credentials
from local.deployment.terraform import Terraform, _Finished
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory
from local.instance import Instance
from local.process import running
from local.server_watch import ServerWatch, is_answering
from terraform.stack import Stack
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOWHERE = Instance(1, 1, 1, 1)
"""No server listens on port 1."""


def _said(text: str) -> None:
    assert text


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@contextmanager
def _sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_the_end_of_a_started_server_ends_every_wait(tmp_path: Path) -> None:
    with _sleeper() as process:
        watch = ServerWatch(DataDirectory(tmp_path), _NOWHERE, process, say=_said)
        with pytest.raises(KeyboardInterrupt) as raised, watch:  # noqa: PT012 - the block is what is interrupted
            process.kill()
            began = time.monotonic()
            queue.Queue[None]().get()
        assert time.monotonic() - began < 2
        assert watch.explains(raised.value)


def test_the_end_of_a_server_of_another_process_is_noticed(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        directory = DataDirectory(server.directory)
        instance = running(directory)
        assert instance is not None
        watch = ServerWatch(directory, instance, say=_said)
        with pytest.raises(KeyboardInterrupt), watch:  # noqa: PT012 - the block is what is interrupted
            time.sleep(0.5)
            assert not watch.gone.is_set()
            server.end(signal.SIGKILL)
            time.sleep(60)
        assert watch.gone.is_set()


def test_a_slow_stop_is_announced(tmp_path: Path) -> None:
    said: list[str] = []
    with _sleeper() as process:
        watch = ServerWatch(DataDirectory(tmp_path), _NOWHERE, process, say=said.append)
        with pytest.raises(KeyboardInterrupt), watch:  # noqa: PT012 - the block is what is interrupted
            process.kill()
            try:
                time.sleep(60)
            finally:
                time.sleep(1.5)
    assert said == ["The local AWS (process 1) has ended; stopping ..."]


def test_errors_with_a_running_server_are_not_changed(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        directory = DataDirectory(server.directory)
        instance = running(directory)
        assert instance is not None
        watch = ServerWatch(directory, instance, server.process, say=_said)
        assert not watch.explains(ValueError())
        assert not watch.explains(KeyboardInterrupt())
        server.end(signal.SIGKILL)
        assert watch.explains(ValueError())


def test_terraform_is_killed_with_its_providers_when_its_server_ends(tmp_path: Path) -> None:
    """The fake ignores the request to end, as the real one does while it tries to write its state."""
    directory = DataDirectory(tmp_path)
    directory.logs.mkdir()
    publish_credentials(directory, RunCredentials.generate())
    script = "trap '' TERM; sleep 600 & echo $!; wait"
    stack = Stack(tmp_path, "local")
    terraform = Terraform(("sh", "-c", script), stack, directory, _NOWHERE.url, None, _said)  # type: ignore[arg-type]
    lines = terraform._lines(["apply"], 60, _Finished())  # noqa: SLF001
    provider = int(next(lines))
    began = time.monotonic()
    lines.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 2
    while time.monotonic() - began < 10 and _lives(provider):
        time.sleep(0.02)
    assert not _lives(provider)


def _lives(pid: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(listed.strip()) and not listed.startswith("Z")


def test_a_port_without_a_server_does_not_respond() -> None:
    assert not is_answering(_NOWHERE.url)
