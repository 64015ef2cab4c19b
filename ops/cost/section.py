"""The part of a review that is about money: short enough for a comment whatever the plan is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.cost.tables import markdown, money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.change import CostChange

_ROWS = 15
_SENTENCES = 10


def cost_lines(change: CostChange) -> Iterator[str]:
    """Yield the lines of the section; none where the plan changes nothing that costs."""
    if change.is_empty:
        return
    yield from ("", f"### Cost: {_verdict(change)}", "")
    if change.fixed:
        yield from markdown(("resource", "a month", "because"), list(_rows(change))).splitlines()
        yield ""
    yield from (f"- By use: {sentence}." for sentence in change.by_use[:_SENTENCES])
    if len(change.by_use) > _SENTENCES:
        yield f"- By use: {len(change.by_use) - _SENTENCES} more changes."
    if change.unknown:
        shown = ", ".join(change.unknown[:_SENTENCES])
        more = f" and {len(change.unknown) - _SENTENCES} more" if len(change.unknown) > _SENTENCES else ""
        yield f"- Unknown: {shown}{more}. No price of it is in `ops/cost/prices.toml`."
    where = f"{change.region}, because the plan's region has none" if change.is_other_region else change.region
    yield f"- List prices of {where}, without the free tier; what people's use costs: `python -m ops.cost`."


def _verdict(change: CostChange) -> str:
    if not change.fixed:
        return "what is there costs the same"
    more = f"{money(abs(change.dollars))} {'more' if change.dollars > 0 else 'less'} a month"
    return f"{more} for what is there, used or not"


def _rows(change: CostChange) -> Iterator[list[str]]:
    for one in change.fixed[:_ROWS]:
        yield [f"`{one.address}`", _signed(one.dollars), one.because]
    rest = change.fixed[_ROWS:]
    if rest:
        yield [f"{len(rest)} more", _signed(sum(one.dollars for one in rest)), "smaller differences"]


def _signed(dollars: float) -> str:
    return f"+{money(dollars)}" if dollars > 0 else money(dollars)
