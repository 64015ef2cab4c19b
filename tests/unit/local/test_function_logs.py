"""Tests that the log lines of an invocation are collected independently of the wall clock."""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.function_logs import DRAIN, LONGEST_SECONDS, collect, install

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded


@pytest.fixture
def worker_class(embedded: Embedded, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401, ARG001
    """Yield MiniStack's class of function processes; restore it afterwards."""
    from ministack.core import lambda_runtime  # noqa: PLC0415 - see emulator.Emulator

    monkeypatch.setattr(lambda_runtime.Worker, DRAIN, getattr(lambda_runtime.Worker, DRAIN))
    return lambda_runtime.Worker


def lines_of(*texts: str) -> queue.Queue[str]:
    lines: queue.Queue[str] = queue.Queue()
    for text in texts:
        lines.put(text)
    return lines


def test_collects_all_lines_in_order() -> None:
    assert collect(lines_of("first", "second")) == "first\nsecond"


def test_a_function_without_output_has_an_empty_log() -> None:
    assert collect(lines_of()) == ""


def test_ministack_collects_lines_while_the_clock_goes_back(
    worker_class: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each reading of the wall clock is an hour before the previous one."""
    install()
    readings = iter(range(10**9, 0, -3600))
    monkeypatch.setattr(time, "time", lambda: float(next(readings)))
    worker = object.__new__(worker_class)
    worker._stderr_queue = lines_of("a line")
    started = time.monotonic()
    assert getattr(worker, DRAIN)() == "a line"
    assert time.monotonic() - started < LONGEST_SECONDS * 4


def test_refuses_another_version(worker_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    monkeypatch.delattr(worker_class, DRAIN)
    with pytest.raises(RuntimeError, match="not the pinned version"):
        install()
