"""Values recorded from AWS, kept as data: ``tests/recorded/*.json``.

Each file is a list of ``{"group", "name", "source", "input", "expected"}``. ``source`` says where the recording is
public (an issue, a snapshot). A value that the local AWS knowingly answers otherwise has ``"difference"``, the reason.
Tests take the values of a group from `recorded_values`; the conformance page counts them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[1] / "recorded"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer of AWS."""

    group: str
    """What the page counts together, for example ``errors`` or ``util``."""
    name: str
    """Unique in its group; the id of its test."""
    source: str
    input: Any
    """What was asked, in the shape that the test of the group takes."""
    expected: Any
    """What AWS answered."""
    difference: str | None = None
    """Why the local AWS answers otherwise; None if it answers the same."""


def all_recorded() -> list[Recorded]:
    """Every recorded value, in the order of the files."""
    return [
        Recorded(**value)
        for file in sorted(_FOLDER.glob("*.json"))
        for value in json.loads(file.read_text(encoding="utf-8"))
    ]


def recorded_values(*groups: str) -> list[Recorded]:
    """The recorded values of some groups.

    Raises:
        ValueError: a group has no value.
    """
    found = [value for value in all_recorded() if value.group in groups]
    missing = set(groups) - {value.group for value in found}
    if missing:
        raise ValueError(f"Nothing is recorded for {', '.join(sorted(missing))}.")
    return found
