"""Sending exactly once: the real resolver code under every interleaving, with crashes and closed numbers anywhere."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.unit.graphql.world import HARNESS


def explore(
    attempts: list[str], voids: int, *, without_condition: str | None = None, stale_markers: bool = False
) -> dict[str, Any]:
    settings = {
        "attempts": attempts,
        "voids": voids,
        "withoutCondition": without_condition,
        "staleMarkers": stale_markers,
    }
    finished = subprocess.run(
        ["node", str(HARNESS / "explore.mjs"), json.dumps(settings)],
        capture_output=True,
        check=True,
        text=True,
        timeout=900,
    )
    summary: dict[str, Any] = json.loads(finished.stdout)
    return summary


@pytest.mark.parametrize(
    ("attempts", "voids", "at_least"),
    [
        (["a"], 3, 10),
        (["a", "a"], 3, 2_500),
        (["a", "a", "b"], 1, 20_000),
        (["a", "a", "a"], 1, 30_000),
    ],
)
def test_no_interleaving_breaks_exactly_once(attempts: list[str], voids: int, at_least: int) -> None:
    summary = explore(attempts, voids)
    assert summary["violation"] is None
    assert summary["states"] >= at_least
    assert summary["acknowledged"] > 0


def test_marker_that_is_not_seen_yet_breaks_nothing_either() -> None:
    """Nor does it lead anywhere new: who does not see it is where a call is that read before it was written."""
    seen, unseen = (explore(["a", "a"], 2, stale_markers=stale) for stale in (False, True))
    assert unseen["violation"] is None
    assert unseen["steps"] > seen["steps"]
    assert unseen["states"] == seen["states"]


@pytest.mark.parametrize("function", ["putMarker", "putMessage", "moveMarker"])
def test_exploration_notices_a_missing_condition(function: str) -> None:
    assert explore(["a", "a"], 2, without_condition=function)["violation"] is not None
