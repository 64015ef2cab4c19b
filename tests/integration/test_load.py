"""The load of `python -m benchmarks load` for a few seconds with a few users: all guarantees are checked and hold."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.backend import LocalBackend

CHECKED = (
    "acknowledged messages exist once",
    "no events for non-members",
    "no duplicate messages",
    "sequence numbers increase",
    "one message per sequence number",
    "same order for all members",
    "read positions only increase",
    "unread counts are correct",
    "room view equals that of a new client",
)
"""Checks that apply even to a few seconds of load; others depend on random choices."""


async def test_few_users_for_a_few_seconds(backend: LocalBackend, tmp_path: Path) -> None:
    file = tmp_path / "load.json"
    length = (
        "--users",
        "4",
        "--minutes",
        "0.1",
        "--ramp",
        "0.5",
        "--idle",
        "0.3",
        "--history",
        "2",
        "--processes",
        "2",
    )
    outputs = str(backend.directory / "outputs.json")
    command = [sys.executable, "-m", "benchmarks", "load", "--outputs", outputs, "--json", str(file), *length]

    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS    no invariant violated: 0 violations" in done.stdout
    assert "all have stopped" in done.stderr, "it tells how far it is"
    result = json.loads(file.read_text(encoding="utf-8"))
    checked = result["invariants"]["checked"]
    assert all(checked.get(name) for name in CHECKED), checked
    assert result["errors"]["byKind"] == {}
    assert result["requests"]["count"] > 50
    assert result["requests"]["p50"] <= result["requests"]["p99"]
    assert result["actions"]["byName"]["connect"] == 4
