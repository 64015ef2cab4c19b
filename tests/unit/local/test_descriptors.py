"""Tests that the server raises its limit of file descriptors, and logs the limit when none are left."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import time
from typing import TYPE_CHECKING

import pytest

from local import descriptors
from tests.helpers.server import UNTIL_EOF, start_server

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return the limits of a simulated process; the last entry is current."""
    set_to = [(1024, 4096)]
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: set_to[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, limit: set_to.append(limit))
    return set_to


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (1024, 4096, 4096),
        (256, resource.RLIM_INFINITY, 65536),
        (1024, 1048576, 65536),
        (4096, 4096, 4096),
        (100000, 1048576, 100000),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, resource.RLIM_INFINITY),
    ],
)
def test_the_limit_is_raised_to_the_maximum_and_never_lowered(
    limits: list[tuple[int, int]], soft: int, hard: int, raised: int
) -> None:
    limits[:] = [(soft, hard)]
    assert descriptors.raise_limit() == raised
    assert limits[-1] == (raised, hard)


def test_a_system_that_refuses_its_maximum_gets_a_lower_limit(
    limits: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_more(_kind: int, limit: tuple[int, int]) -> None:
        if limit[0] > 10240:
            raise ValueError
        limits.append(limit)

    limits[:] = [(256, resource.RLIM_INFINITY)]
    monkeypatch.setattr(resource, "setrlimit", refuse_more)
    assert descriptors.raise_limit() == 10240


def test_connections_beyond_the_limit_are_logged_with_the_remedy(tmp_path: Path) -> None:
    """Each connection needs a descriptor of the server; beyond the hard limit it closes them without a response."""
    limited = "import resource, runpy; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 128)); "
    program = f"{limited} runpy.run_module('local', run_name='__main__')"
    server, output = start_server(tmp_path / "data", UNTIL_EOF, program=("-c", program))
    log = tmp_path / "data" / "logs" / "server.log"
    with server, contextlib.ExitStack() as connections:
        with output as report:
            port = json.loads(report.readline())["port"]
        assert "file descriptors" not in log.read_text(encoding="utf-8")
        for _number in range(140):
            connections.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
        deadline = time.monotonic() + 30
        while "file descriptors" not in log.read_text(encoding="utf-8") and time.monotonic() < deadline:
            time.sleep(0.1)
        connections.close()
        assert server.stdin is not None
        server.stdin.close()
    (line,) = [line for line in log.read_text(encoding="utf-8").splitlines() if "file descriptors" in line]
    assert "all of the 128 file descriptors" in line
    assert "`ulimit -n`" in line
