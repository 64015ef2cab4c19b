"""The first `up` or its server is ended at any moment: the next `up` continues and succeeds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from local.embedded.environment import DataDirectory
from local.process import ROOT, running

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 120


def _up(directory: Path) -> subprocess.Popen[str]:
    options = ["--port", "0", "--tls-port", "0", "--web-port", "0", "--deploy", "direct", "--detach", "--no-web"]
    return subprocess.Popen(
        [sys.executable, "-m", "local", "up", "--directory", str(directory), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _command(name: str, directory: Path) -> None:
    subprocess.run([sys.executable, "-m", "local", name, "--directory", str(directory)], cwd=ROOT, check=True)


def _read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    pytest.fail(f"{words!r} was not said: {read}")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_first_run_can_be_interrupted_at_any_moment(directory: Path) -> None:
    try:
        for number, moment in ((signal.SIGKILL, ""), (signal.SIGINT, "Started"), (signal.SIGKILL, "Synthesizing")):
            process = _up(directory)
            if moment:
                _read_until(process, moment)
            else:
                while not (directory / "logs" / "process.log").exists():
                    time.sleep(0.005)
            process.send_signal(number)
            said, _ = process.communicate(timeout=_SECONDS)
            assert process.returncode in {130, -number}, said
            assert "Traceback" not in said

        process = _up(directory)
        _read_until(process, "Alice signed in")
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=_SECONDS)
        assert process.returncode == 130
        assert "Interrupted. Completed steps are kept" in said

        process = _up(directory)
        said, _ = process.communicate(timeout=_SECONDS)
        assert process.returncode == 0, said
        assert running(DataDirectory(directory)) is not None
    finally:
        _command("clean", directory)


def test_server_killed_during_deployment_is_reported_at_once(directory: Path) -> None:
    try:
        process = _up(directory)
        _read_until(process, "Started")
        server = running(DataDirectory(directory))
        assert server is not None
        _read_until(process, "Synthesizing")
        _wait_for(directory / "stack" / "cdk.tf.json")
        time.sleep(0.5)
        os.kill(server.pid, signal.SIGKILL)
        began = time.monotonic()
        assert process.stdout is not None
        said = next(line for line in process.stdout if line.strip() and " resources ..." not in line)
        assert time.monotonic() - began < 3
        assert f"The local AWS (process {server.pid})" in said
        rest, _ = process.communicate(timeout=_SECONDS)
        assert process.returncode == 1
        assert str(directory / "logs" / "server.log") in said + rest
        assert "`make up` again" in said + rest
        assert "Traceback" not in rest
    finally:
        _command("clean", directory)


def _wait_for(file: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
