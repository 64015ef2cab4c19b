"""Tables of an estimate, aligned for a terminal or as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.cost.bill import Bill
    from ops.cost.comparison import Difference

_MILLION = 1_000_000
_THOUSAND = 1_000


def money(dollars: float) -> str:
    """Return dollars as people write them; less than a cent is not nothing."""
    if 0 < abs(dollars) < 0.01:  # noqa: PLR2004 - a cent
        return "<$0.01" if dollars > 0 else "-<$0.01"
    return f"{'-' if dollars < 0 else ''}${abs(dollars):,.2f}"


def count(number: float) -> str:
    """Return a quantity with three figures or so: 541.8 M, 36.9 k, 309, 0.15."""
    if number >= _MILLION:
        return f"{number / _MILLION:,.1f} M"
    if number >= 10 * _THOUSAND:
        return f"{number / _THOUSAND:,.1f} k"
    return f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.2g}"  # noqa: PLR2004 - two figures


def unit_price(dollars: float, per: int, unit: str) -> str:
    """Return a price with what it is for: $4.00 / M operation."""
    amount = f"{dollars:,.2f}" if dollars == round(dollars, 2) else f"{dollars:.10f}".rstrip("0")
    scale = {1: "", 1_000: "1,000 ", 10_000: "10,000 ", _MILLION: "M "}.get(per, f"{per:,} ")
    return f"${amount} / {scale}{unit}"


def share(part: float, whole: float) -> str:
    """Return a part as whole percent."""
    return f"{part / whole:.0%}" if whole else "-"


def bill_rows(bill: Bill) -> list[list[str]]:
    """Return the lines of a bill: service, driver, quantity, unit price, dollars, share."""
    return [
        [
            line.service,
            line.driver,
            count(line.quantity),
            unit_price(line.unit_price, line.per, line.unit),
            money(line.dollars),
            share(line.dollars, bill.total),
        ]
        for line in bill.lines
    ]


BILL_HEADINGS = ("service", "driver", "quantity", "unit price", "dollars", "share")


def difference_rows(differences: Sequence[Difference]) -> list[list[str]]:
    """Return each activity: here, on the sample's design, why."""
    return [[one.activity, money(one.here), money(one.sample), one.reason] for one in differences]


DIFFERENCE_HEADINGS = ("activity", "here", "the sample", "why")


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str]) -> str:
    """Return a table for a terminal.

    Args:
        headings: of the columns.
        rows: cells.
        numbers: headings of the columns that are set to the right.
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
