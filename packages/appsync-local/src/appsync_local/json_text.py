"""JSON in and out, strictly: no NaN or Infinity, and text that always fits UTF-8."""

from __future__ import annotations

import json
import math


def dump(value: object) -> str:
    """Compact JSON; characters that UTF-8 cannot carry (halves of pairs, which JSON can escape) stay escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def load(text: str | bytes) -> object:
    """Parse JSON as the standard has it.

    Raises:
        ValueError: it is not JSON, too deep included.
    """
    try:
        parsed: object = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error
    return parsed


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large a number.")
    return number
