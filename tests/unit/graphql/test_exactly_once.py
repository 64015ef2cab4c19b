"""Sending exactly once: the real resolver code under every interleaving, with crashes and closed numbers at any step.

Runs in each of the three modes of ``ctx.result`` after a refused condition. In the mode ``newer``, AppSync reads the
row in a separate step, between any two other steps. A step is a data source call with the handlers that run before the
next call: handlers alone read and write nothing that is visible to another attempt.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.unit.graphql.world import HARNESS, REFUSED_RESULTS, harness_environment


def explore(
    attempts: list[str],
    voids: int,
    *,
    without_condition: str | None = None,
    stale_markers: bool = False,
    refused_result: str = "present",
) -> dict[str, Any]:
    settings = {
        "attempts": attempts,
        "voids": voids,
        "withoutCondition": without_condition,
        "staleMarkers": stale_markers,
        "refusedResult": refused_result,
    }
    finished = subprocess.run(
        ["node", str(HARNESS / "explore.mjs"), json.dumps(settings)],
        capture_output=True,
        check=True,
        text=True,
        timeout=900,
        env=harness_environment(),
    )
    summary: dict[str, Any] = json.loads(finished.stdout)
    return summary


@pytest.mark.parametrize(
    ("attempts", "voids", "refused_result", "at_least"),
    [
        *[(["a"], 3, mode, 9) for mode in REFUSED_RESULTS],
        *[(["a", "a"], 3, mode, 400) for mode in REFUSED_RESULTS],
        (["a", "a", "b"], 1, "absent", 8_000),
        (["a", "a", "a"], 1, "newer", 25_000),
    ],
)
def test_no_interleaving_breaks_exactly_once(
    attempts: list[str], voids: int, refused_result: str, at_least: int
) -> None:
    summary = explore(attempts, voids, refused_result=refused_result)
    assert summary["violation"] is None
    assert summary["states"] >= at_least
    assert summary["acknowledged"] > 0


def test_stale_idempotency_record_does_not_break_exactly_once() -> None:
    """It adds no new states: a stale read is equivalent to a read before the write."""
    seen, unseen = (explore(["a", "a"], 2, stale_markers=stale) for stale in (False, True))
    assert unseen["violation"] is None
    assert unseen["steps"] > seen["steps"]
    assert unseen["states"] == seen["states"]


@pytest.mark.parametrize(
    ("write", "attempts"),
    [
        ("putIdempotencyRecord PutItem", ["a", "a"]),
        ("putIdempotencyRecord UpdateItem", ["a", "a", "a"]),
        ("putMessage PutItem", ["a", "a"]),
    ],
)
def test_exploration_notices_a_missing_condition(write: str, attempts: list[str]) -> None:
    assert explore(attempts, 2, without_condition=write)["violation"] is not None
