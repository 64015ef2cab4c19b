"""An estimate as text for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ops.cost.tables import (
    BILL_HEADINGS,
    DIFFERENCE_HEADINGS,
    aligned,
    bill_rows,
    count,
    difference_rows,
    money,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.estimate import Estimate

_DRIVERS = 5
_WIDTH = 118


def estimate_text(estimate: Estimate) -> str:
    """Return what a month costs, what drives it, and the same load on the sample's design."""
    return "\n".join(_lines(estimate)) + "\n"


def _lines(estimate: Estimate) -> Iterator[str]:
    profile, bill = estimate.profile, estimate.bill
    yield (
        f"One month of {estimate.environment.name}: {count(profile.users)} users, "
        f"{count(profile.messages)} messages, {profile.connected_share:.0%} of the users connected at a busy hour"
    )
    yield "; ".join(f"{name}: {value}" for name, value in estimate.settings.items())
    yield ""
    rows = [*bill_rows(bill), ["total", "", "", "", money(bill.total), "100%" if bill.total else "-"]]
    yield aligned(BILL_HEADINGS, rows, ("quantity", "dollars", "share"))
    yield ""
    for name, dollars in (
        ("for each 1,000 users", estimate.per_thousand_users),
        ("for each million messages", estimate.per_million_messages),
    ):
        if dollars is not None:
            yield f"{money(dollars)} {name}"
    yield from ("", "What drives it")
    for activity, dollars in list(bill.activities.items())[:_DRIVERS]:
        yield f"  {share(dollars, sum(bill.activities.values())):>4}  {activity}: {money(dollars)}"
    yield from ("", f"The same load on the sample's design: {money(estimate.sample_bill.total)}")
    yield from _differences(estimate)


def _differences(estimate: Estimate) -> Iterator[str]:
    rows = difference_rows(estimate.differences)
    table = aligned(DIFFERENCE_HEADINGS[:3], [row[:3] for row in rows], DIFFERENCE_HEADINGS[1:3]).splitlines()
    indent = " " * 4
    yield f"  {table[0]}"
    for line, row in zip(table[1:], rows, strict=True):
        yield f"  {line}"
        yield textwrap.fill(row[3], _WIDTH, initial_indent=indent, subsequent_indent=indent)
