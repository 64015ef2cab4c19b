"""Amounts and tables as text, for a terminal or as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MILLION = 1_000_000
_THOUSAND = 1_000

BILL_HEADINGS = ("service", "driver", "quantity", "unit price", "dollars", "share")
DIFFERENCE_HEADINGS = ("activity", "this design", "baseline", "reason")


def money(dollars: float) -> str:
    """Return an amount with cents: ``$1,234.50``; amounts below a cent are ``<$0.01``."""
    if 0 < abs(dollars) < 0.01:  # noqa: PLR2004 - a cent
        return "<$0.01" if dollars > 0 else "-<$0.01"
    return f"{'-' if dollars < 0 else ''}${abs(dollars):,.2f}"


def count(number: float) -> str:
    """Return a quantity with about three digits: 541.8 M, 36.9 k, 309, 0.15."""
    if number >= _MILLION:
        return f"{number / _MILLION:,.1f} M"
    if number >= 10 * _THOUSAND:
        return f"{number / _THOUSAND:,.1f} k"
    return f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.2g}"  # noqa: PLR2004 - two digits


def unit_price(dollars: float, per: int, unit: str) -> str:
    """Return a price with its unit: ``$4.00 / M operation``."""
    amount = f"{dollars:,.2f}" if dollars == round(dollars, 2) else f"{dollars:.10f}".rstrip("0")
    scale = {1: "", 1_000: "1,000 ", 10_000: "10,000 ", _MILLION: "M "}.get(per, f"{per:,} ")
    return f"${amount} / {scale}{unit}"


def share(part: float, whole: float) -> str:
    """Return a part of a whole as a percentage, for example ``12%``."""
    return f"{part / whole:.0%}" if whole else "-"


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str]) -> str:
    """Return a table for a terminal.

    Args:
        headings: of the columns.
        rows: cells.
        numbers: headings of the right-aligned columns.
    """
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    is_number = [heading in numbers for heading in headings]
    lines = []
    for row in (headings, *rows):
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, is_number, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
