"""Numbers for a page that people read: two digits, because an estimate has no more."""

from __future__ import annotations

from math import floor, log10

from ops.cost.tables import count


def significant(number: float, digits: int = 2) -> float:
    """Return a number with so many digits that mean something."""
    if number == 0:
        return 0.0
    return round(number, digits - 1 - floor(log10(abs(number))))


def rough_money(dollars: float, digits: int = 2) -> str:
    """Return dollars with two digits: $3,200; less than a dollar is not worth telling."""
    rounded = significant(dollars, digits)
    if abs(rounded) < 1:
        return "<$1" if rounded else "$0"
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.{1 if abs(rounded) < 10 and rounded % 1 else 0}f}"  # noqa: PLR2004 - $9.50


def rough_count(number: float) -> str:
    """Return a quantity with two digits: 540 M."""
    text = count(significant(number))
    return text.replace(".0 ", " ")
