"""A measured example of each operation: variables and result, with stable ids and times."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._operations.room_fixture import LATER, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks._operations.measuring import Measurement, Measurements

FILE = Path(__file__).resolve().parents[1] / "examples.json"
_ITEMS = 2
_TEXT = 100
_UUID = re.compile(r"\b(?:by)?[0-9a-f]{6,8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\bcrowd-[0-9]{30}\b")
_ULID = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b")
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_SOON = "2026-01-01T09:31:07.512Z"
_SECRETS = ("nextToken", "url", "value")
"""Fields with long, opaque values."""


def examples_of(measured: Measurements) -> dict[str, dict[str, Any]]:
    """Return the first case of each operation: ``{"variables", "result"}``; the result is null for a subscription."""
    found: dict[str, dict[str, Any]] = {}
    for case, by_size in measured.items():
        if case.operation not in found:
            found[case.operation] = _example(next(iter(by_size.values())))
    return dict(sorted(found.items()))


def load() -> dict[str, dict[str, Any]]:
    """Read the committed examples."""
    examples: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return examples


def write(measured: Measurements) -> None:
    """Write the examples; an example that still has the structure of the response is kept."""
    kept = load() if FILE.exists() else {}
    now = examples_of(measured)
    examples = {name: kept[name] if looks_like(kept.get(name), example) else example for name, example in now.items()}
    FILE.write_text(json.dumps(examples, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def looks_like(committed: Any, now: Any) -> bool:  # noqa: ANN401 - any JSON
    """Return whether both have the same fields and types of values; null and an empty list match anything."""
    if isinstance(committed, dict) and isinstance(now, dict):
        return committed.keys() == now.keys() and all(_fits(value, now[key]) for key, value in committed.items())
    return type(committed) is type(now)


def _fits(committed: Any, now: Any) -> bool:  # noqa: ANN401 - any JSON
    if committed is None or now is None or [] in (committed, now):
        return True
    if isinstance(committed, list) and isinstance(now, list):
        return _fits(committed[0], now[0])
    return looks_like(committed, now)


def _example(measurement: Measurement) -> dict[str, Any]:
    stand_ins = _stand_ins()
    return {
        "variables": _readable(measurement.variables, stand_ins),
        "result": _readable(measurement.result, stand_ins),
    }


def _stand_ins() -> Callable[[re.Match[str]], str]:
    """Return a function that replaces the ids of an example by stable ones, in the order of their occurrence."""
    known: dict[str, str] = {}

    def replace(found: re.Match[str]) -> str:
        number = known.setdefault(found[0], f"{len(known) + 1}")
        return f"0c6d7a3{number}-5b1e-4f0a-9d2c-8e4f6a1b3c5{number}"

    return replace


def _readable(value: Any, stand_in: Callable[[re.Match[str]], str], name: str = "") -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {key: _readable(inner, stand_in, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_readable(inner, stand_in, name) for inner in value[:_ITEMS]]
    if not isinstance(value, str):
        return value
    if name in _SECRETS and len(value) > len(NOW):
        return f"{value.partition('?')[0][:16]}..."
    text = _TIME.sub(lambda found: found[0] if found[0] in (NOW, LATER) else _SOON, value)
    text = _ULID.sub("01KDW1Q3T8ZXM5V7R2N9B4C6HF", _UUID.sub(stand_in, text))
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}..."
