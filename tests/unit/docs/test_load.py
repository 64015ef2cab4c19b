"""Tests of docs/load.md: every figure of its table is in the file that the run wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks._simulation.report import marks
from benchmarks._simulation.workload import ACTIONS
from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from pathlib import Path

RUNS = sorted((ROOT / "benchmarks").glob("load-*.json"))
DOCUMENT = (ROOT / "docs" / "load.md").read_text(encoding="utf-8")


def rows(result: dict[str, Any]) -> list[str]:
    """Return the rows of the document's table."""
    settings, requests, events = result["settings"], result["requests"], result["deliveries"]
    memory, invariants = result["memory"], result["invariants"]
    machine = f"{result['machine']['processors']} processors, load average {result['machine']['loadAverage']['median']}"
    return [
        f"| users, minutes | {settings['users']}, {settings['minutes']:g} |",
        f"| machine | {machine} |",
        f"| actions per second, including heartbeats | {result['actions']['perSecond']} |",
        f"| requests, per second | {requests['count']:,}, {requests['perSecond']} |",
        f"| request latency: average, p50, p95, p99 | {_times(requests)} |",
        f"| message delivery: average, p50, p95, p99 | {_times(events)} |",
        f"| errors | {result['errors']['count']} |",
        f"| acknowledged messages | {invariants['messagesAcknowledged']:,} |",
        f"| checks, violations | {sum(invariants['checked'].values()):,}, {len(invariants['violations'])} |",
        f"| server memory after warm-up | {memory['server']['begin']} to {memory['server']['end']} MiB |",
    ]


def _times(times: dict[str, float]) -> str:
    return ", ".join(f"{times[name]:g}" for name in ("average", "p50", "p95", "p99")) + " ms"


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.stem)
def test_figures_match_the_recorded_run(run: Path) -> None:
    result = json.loads(run.read_text(encoding="utf-8"))
    assert f"`benchmarks/{run.name}`" in DOCUMENT
    for row in rows(result):
        assert row in DOCUMENT
    assert [text for text, met in marks(result) if not met] == []
    assert result["settings"]["minutes"] >= 15


def test_a_run_is_recorded() -> None:
    assert RUNS


def test_every_action_is_described() -> None:
    assert [action.original for action in ACTIONS if action.original not in DOCUMENT] == []
