"""The estimate as text for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ops.cost.text import BILL_HEADINGS, DIFFERENCE_HEADINGS, aligned, count, money, share, unit_price

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.cost.baseline import Difference
    from ops.cost.estimate import Bill, Estimate

_LARGEST = 5
_WIDTH = 118


def estimate_text(estimate: Estimate) -> str:
    """Return the monthly bill, its largest activities, and the comparison with the baseline."""
    return "\n".join(_lines(estimate)) + "\n"


def _lines(estimate: Estimate) -> Iterator[str]:
    profile, bill = estimate.profile, estimate.bill
    yield (
        f"One month of {estimate.environment.name}: {count(profile.users)} users, "
        f"{count(profile.messages)} messages, {profile.connected_share:.0%} of the users connected in a busy hour"
    )
    yield "; ".join(f"{name}: {value}" for name, value in estimate.settings.items())
    yield ""
    rows = [*_bill_rows(bill), ["total", "", "", "", money(bill.total), "100%" if bill.total else "-"]]
    yield aligned(BILL_HEADINGS, rows, ("quantity", "dollars", "share"))
    yield ""
    for name, dollars in (
        ("per 1,000 users", estimate.per_thousand_users),
        ("per million messages", estimate.per_million_messages),
    ):
        if dollars is not None:
            yield f"{money(dollars)} {name}"
    yield from ("", "Largest activities")
    for activity, dollars in list(bill.activities.items())[:_LARGEST]:
        yield f"  {share(dollars, sum(bill.activities.values())):>4}  {activity}: {money(dollars)}"
    yield from ("", f"The same load on the baseline design: {money(estimate.baseline_bill.total)}")
    yield from _differences(estimate)


def _differences(estimate: Estimate) -> Iterator[str]:
    rows = _difference_rows(estimate.differences)
    table = aligned(DIFFERENCE_HEADINGS[:3], [row[:3] for row in rows], DIFFERENCE_HEADINGS[1:3]).splitlines()
    indent = " " * 4
    yield f"  {table[0]}"
    for line, row in zip(table[1:], rows, strict=True):
        yield f"  {line}"
        yield textwrap.fill(row[3], _WIDTH, initial_indent=indent, subsequent_indent=indent)


def _bill_rows(bill: Bill) -> list[list[str]]:
    """Return the lines of a bill as rows under ``BILL_HEADINGS``."""
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


def _difference_rows(differences: Sequence[Difference]) -> list[list[str]]:
    """Return the differences as rows under ``DIFFERENCE_HEADINGS``."""
    return [[row.activity, money(row.this_design), money(row.baseline), row.reason] for row in differences]
