"""Tests of one Terraform command as a process, with a shell in its place."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from terraform.runner import Running, last_error

if TYPE_CHECKING:
    from pathlib import Path


def shell(folder: Path, script: str, *, is_merged: bool = False) -> Running:
    return Running(("sh", "-c", script), folder=folder, environment=os.environ, is_merged=is_merged)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_output_and_errors_are_separate(tmp_path: Path) -> None:
    running = shell(tmp_path, "echo a; echo b >&2; echo c; exit 7")
    assert [line for line in running.lines() if line] == ["a\n", "c\n"]
    assert (running.output, running.errors, running.process.returncode) == ("a\nc\n", "b\n", 7)


def test_merged_output_keeps_its_order(tmp_path: Path) -> None:
    running = shell(tmp_path, "echo a; echo b >&2; echo c", is_merged=True)
    assert "".join(running.lines()) == "a\nb\nc\n"
    assert running.errors == ""


def test_a_silent_command_returns_empty_texts(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "wait")
    running = shell(tmp_path, "read line < wait; echo $line")
    lines = running.lines(30)
    assert next(lines) == ""
    (tmp_path / "wait").write_text("now\n")
    assert [line for line in lines if line] == ["now\n"]


def test_a_command_that_times_out_runs_until_it_is_ended(tmp_path: Path) -> None:
    running = shell(tmp_path, "sleep 600 & echo $!; wait")
    with pytest.raises(TimeoutError):
        list(running.lines(0.5))
    assert running.process.poll() is None
    running.end(can_finish=False)
    child = int(running.output)
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(child)


def test_a_command_that_can_finish_is_interrupted_first(tmp_path: Path) -> None:
    running = shell(tmp_path, "trap 'echo saved; exit 3' TERM; echo ready; while :; do sleep 0.01; done")
    assert next(line for line in running.lines() if line) == "ready\n"
    running.end(can_finish=True)
    assert "".join(running.lines()) == "saved\n"
    assert running.process.returncode == 3


def test_an_interruption_is_sent_once(tmp_path: Path) -> None:
    running = shell(tmp_path, "trap 'echo saved; exit 1' INT; echo ready; while :; do sleep 0.01; done")
    lines = running.lines()
    assert next(line for line in lines if line) == "ready\n"
    running.interrupt()
    assert [line for line in lines if line] == ["saved\n"]
    assert running.process.returncode == 1


def test_a_provider_that_outlives_terraform_is_not_awaited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terraform.runner._OPEN_SECONDS", 0.1)
    running = shell(tmp_path, "sleep 600 & echo $!")
    try:
        assert [int(line) for line in running.lines(60) if line]
        assert running.process.returncode == 0
    finally:
        os.killpg(running.process.pid, 9)


def test_output_that_arrives_after_the_end_of_a_silent_command_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terraform.runner._OPEN_SECONDS", 1.0)
    pump = Running._pump  # noqa: SLF001 - delayed, as on a busy machine

    def late(running: Running, *streams: Any) -> None:  # noqa: ANN401 - those of the method
        running.process.wait()
        time.sleep(0.6)
        pump(running, *streams)

    monkeypatch.setattr(Running, "_pump", late)
    running = shell(tmp_path, "sleep 1.2; echo plan")

    assert "plan\n" in list(running.lines())


def test_the_last_error_has_no_frame() -> None:
    printed = "Planning ...\n╷\n│ Error: no such bucket\n│ \n│ it is gone\n╵\n"
    assert last_error(printed) == "Error: no such bucket\n\nit is gone"
    assert last_error("killed\n") == "killed"
