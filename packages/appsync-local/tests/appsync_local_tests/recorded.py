"""Values recorded from AWS, kept as data: ``../recorded/*.json``.

Each file is a list of ``{"group", "name", "source", "input", "expected"}``. ``source`` is where the recording is
public (an issue, a snapshot). If the local AWS knowingly differs, ``"difference"`` contains the reason.
Tests read the values of a group with `recorded_values`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[1] / "recorded"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A response of AWS."""

    group: str
    """What the values are about, for example ``errors`` or ``util``."""
    name: str
    """Unique in its group; the id of its test."""
    source: str
    input: Any
    """The request, in the format that the test of the group expects."""
    expected: Any
    """The response of AWS."""
    difference: str | None = None
    """Why the local AWS differs; None if it does not."""


def all_recorded() -> list[Recorded]:
    """Return every recorded value, in the order of the files."""
    return [
        Recorded(**value)
        for file in sorted(_FOLDER.glob("*.json"))
        for value in json.loads(file.read_text(encoding="utf-8"))
    ]


def recorded_values(*groups: str) -> list[Recorded]:
    """Return the recorded values of some groups.

    Raises:
        ValueError: a group has no value.
    """
    found = [value for value in all_recorded() if value.group in groups]
    missing = set(groups) - {value.group for value in found}
    if missing:
        raise ValueError(f"Nothing is recorded for {', '.join(sorted(missing))}.")
    return found
