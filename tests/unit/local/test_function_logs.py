"""The log lines of an invocation are collected whatever the wall clock does."""

from __future__ import annotations

import queue
import time

import pytest
from ministack.core import lambda_runtime

from local.embedded.function_logs import LONGEST_SECONDS, collect, install


def lines_of(*texts: str) -> queue.Queue[str]:
    lines: queue.Queue[str] = queue.Queue()
    for text in texts:
        lines.put(text)
    return lines


def test_collects_all_lines_in_order() -> None:
    assert collect(lines_of("first", "second")) == "first\nsecond"


def test_a_function_that_logs_nothing_has_an_empty_log() -> None:
    assert collect(lines_of()) == ""


def test_ministack_collects_while_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reading of the wall clock is an hour before the one before it."""
    monkeypatch.setattr(lambda_runtime.Worker, "_drain_stderr_bounded", None)  # restored by the fixture
    install()
    readings = iter(range(10**9, 0, -3600))
    monkeypatch.setattr(time, "time", lambda: float(next(readings)))
    worker = object.__new__(lambda_runtime.Worker)
    worker._stderr_queue = lines_of("a line")
    started = time.monotonic()
    assert worker._drain_stderr_bounded() == "a line"
    assert time.monotonic() - started < LONGEST_SECONDS * 4


def test_refuses_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(lambda_runtime.Worker, "_drain_stderr_bounded")
    with pytest.raises(RuntimeError, match="not the pinned version"):
        install()
