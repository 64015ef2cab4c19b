"""Strict JSON: no NaN or Infinity, and output that is always valid UTF-8."""

from __future__ import annotations

import json
import math


def dump(value: object) -> str:
    """Return compact JSON. Lone surrogates, which UTF-8 cannot encode, stay escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def load(text: str | bytes) -> object:
    """Parse JSON as defined by the standard.

    Raises:
        ValueError: the text is not JSON, or it is nested too deeply.
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
