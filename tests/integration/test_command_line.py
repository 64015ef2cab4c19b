"""The local AWS's command line: each failure has one clear message, and no process is left behind."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.helpers.backend import LocalBackend, is_running

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

SMALL_UP = (
    *("up", "--detach", "--no-conversation", "--no-web", "--deploy", "direct"),
    *("--port", "0", "--tls-port", "0", "--web-port", "0"),
)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[LocalBackend]:
    """Return a backend that has never been started."""
    backend = LocalBackend(tmp_path / "backend")
    yield backend
    backend.command("clean")


@pytest.fixture
def busy_port() -> Iterator[int]:
    """Return a port that another process uses."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def assert_failed(done: subprocess.CompletedProcess[str], *named: str, code: int = 1) -> None:
    """Check the exit code, and that the message contains the expected words and is not a traceback."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    for word in named:
        assert word in done.stderr, done.stderr


def test_second_up_uses_the_running_backend(backend: LocalBackend) -> None:
    before, pid = backend.outputs, backend.pid

    done = backend.command(*SMALL_UP)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "already" in done.stdout
    assert (backend.outputs, backend.pid) == (before, pid)
    assert is_running(pid)


def test_status_prints_where_the_backend_runs(backend: LocalBackend) -> None:
    done = backend.command("status")

    assert done.returncode == 0
    assert str(backend.pid) in done.stdout
    assert backend.outputs.endpoint in done.stdout


@pytest.mark.parametrize("option", ["--port", "--tls-port", "--web-port"])
def test_port_in_use_is_reported_with_its_process_and_a_remedy(
    option: str, busy_port: int, fresh: LocalBackend
) -> None:
    arguments = list(SMALL_UP)
    arguments[arguments.index(option) + 1] = str(busy_port)

    done = fresh.command(*arguments)

    assert_failed(done, f"Port {busy_port} is in use", "PORT=")
    assert fresh.command("status").returncode == 1
    assert not (fresh.directory / "outputs.json").exists()


def test_down_without_a_running_backend_succeeds_and_status_reports_it(fresh: LocalBackend) -> None:
    status, down, clean = fresh.command("status"), fresh.command("down"), fresh.command("clean")

    assert (status.returncode, down.returncode, clean.returncode) == (1, 0, 0)
    assert "not running" in status.stdout
    assert "not running" in down.stdout


def test_killed_backend_is_reported_as_stopped_and_can_be_cleaned(fresh: LocalBackend) -> None:
    fresh.up()
    fresh.kill()

    status, down, clean = fresh.command("status"), fresh.command("down"), fresh.command("clean")

    assert (status.returncode, down.returncode, clean.returncode) == (1, 0, 0)
    assert "not running" in status.stdout
    assert not fresh.directory.exists()


@pytest.mark.parametrize(
    ("variable", "value"), [("CHAT_LOG_RETENTION_DAYS", "2"), ("CHAT_APP_NAME", "Not A Name"), ("CHAT_NO_SUCH", "1")]
)
def test_invalid_settings_are_reported_and_nothing_is_started(variable: str, value: str, fresh: LocalBackend) -> None:
    done = fresh.command(*SMALL_UP, environment={variable: value})

    assert done.returncode in {1, 2}, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert variable.removeprefix("CHAT_").lower() in done.stderr.lower()
    assert fresh.command("status").returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["up", "--port", "70000"],
        ["up", "--port", "http"],
        ["up", "--deploy", "magic"],
        ["sideways"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_two(arguments: list[str], fresh: LocalBackend) -> None:
    assert_failed(fresh.command(*arguments), "usage:", code=2)


def test_clean_does_not_delete_other_directories(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("do not delete", encoding="utf-8")

    assert_failed(LocalBackend(tmp_path).command("clean"), str(tmp_path))

    assert (tmp_path / "precious.txt").exists()


def test_directory_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    assert_failed(LocalBackend(tmp_path / "file" / "backend").command(*SMALL_UP), "file")
