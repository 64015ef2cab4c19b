"""Tests of the tests' clock: it steps the time of day in every process of a backend, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.helpers.clock import SteppedClock

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = """
import json, time
from datetime import UTC, datetime
seen = [time.time(), time.time_ns() / 1e9]
seen += [datetime.now(UTC).timestamp(), datetime.utcnow().replace(tzinfo=UTC).timestamp()]
print(json.dumps([seen, time.monotonic(), input(), time.time(), datetime.now(UTC).timestamp()]))
"""
NODE = """
import vm from 'node:vm';
const inContext = vm.runInContext('Date.now()', vm.createContext(Object.create(null)));
console.log(JSON.stringify([Date.now() / 1000, inContext / 1000]));
"""
DAY = 86_400


@pytest.fixture
def clock(tmp_path: Path) -> SteppedClock:
    return SteppedClock(tmp_path / "clock")


@pytest.mark.parametrize("shift", [0, -5, -3600, 2 * DAY])
def test_python_reads_the_stepped_time_of_day_and_the_real_monotonic_clock(clock: SteppedClock, shift: float) -> None:
    clock.set(shift)
    with subprocess.Popen(
        [sys.executable, "-c", PYTHON],
        env={**os.environ, **clock.settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        answer, _ = process.communicate("\n", timeout=60)
    seen, monotonic, _line, *_later = json.loads(answer)
    assert [moment - time.time() for moment in seen] == pytest.approx([shift] * 4, abs=30)
    assert monotonic == pytest.approx(time.monotonic(), abs=30)


def test_a_step_affects_a_running_process(clock: SteppedClock) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PYTHON.replace("input()", "print('ready', flush=True) or input()")],
        env={**os.environ, **clock.settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        clock.step(-3600)
        answer, _ = process.communicate("\n", timeout=60)
    seen, _monotonic, _line, *later = json.loads(answer)
    assert [moment - time.time() for moment in later] == pytest.approx([-3600] * 2, abs=30)
    assert seen[0] == pytest.approx(time.time(), abs=30)


def test_node_and_its_contexts_read_the_stepped_time_of_day(clock: SteppedClock, tmp_path: Path) -> None:
    script = tmp_path / "script.mjs"
    script.write_text(NODE, encoding="utf-8")
    clock.set(-3600)
    done = subprocess.run(
        ["node", str(script)],
        env={"PATH": clock.settings["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert [moment - time.time() for moment in json.loads(done.stdout)] == pytest.approx([-3600] * 2, abs=30)
