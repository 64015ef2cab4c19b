"""The change of the monthly cost by a plan: fixed costs in dollars, costs by usage in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from ops.cost.prices import PriceList
from ops.cost.resources import fixed_uses, has_price, kind_of, price_attributes, use_changes
from ops.cost.text import markdown, money
from ops.plans import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.plans import Plan, ResourceChange

DEFAULT_REGION = "us-east-1"
_SMALLEST = 0.005
"""Dollars; smaller differences are ignored."""
_ROWS = 15
_SENTENCES = 10


@dataclass(frozen=True, slots=True)
class FixedChange:
    """A resource whose fixed cost changes.

    Attributes:
        address: the resource.
        because: the charged quantity, for example ``alarms: 0 -> 1``.
        dollars: the difference per month.
    """

    address: str
    because: str
    dollars: float


@dataclass(frozen=True)
class CostChange:
    """The change of the monthly cost.

    Attributes:
        region: whose prices are used.
        is_other_region: whether the plan's own region is not in the price list.
        fixed: changes of fixed costs, the largest first.
        by_use: a sentence for each change of a cost by usage.
        unknown: resource types and attributes whose cost is not known.
    """

    region: str
    is_other_region: bool
    fixed: tuple[FixedChange, ...]
    by_use: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def dollars(self) -> float:
        """The difference of fixed costs per month."""
        return sum(change.dollars for change in self.fixed)

    @property
    def is_empty(self) -> bool:
        """Whether the plan changes no cost."""
        return not (self.fixed or self.by_use or self.unknown)

    def document(self) -> dict[str, Any]:
        """Return the change as JSON."""
        return {**asdict(self), "dollars": self.dollars}


def cost_change(plan: Plan) -> CostChange:
    """Compute the change of the monthly cost by a plan, at list prices and without the free tier.

    Raises:
        OperationError: the price list cannot be read.
    """
    prices, is_other = _prices(_region(plan))
    return CostChange(
        region=prices.region,
        is_other_region=is_other,
        fixed=_fixed(plan, prices),
        by_use=tuple(sentence for change in plan.changes for sentence in use_changes(change, prices)),
        unknown=_unknown(plan),
    )


def prices_of(plan: Plan) -> PriceList:
    """Return the price list of the plan's region, or of the default region.

    Raises:
        OperationError: the price list cannot be read.
    """
    return _prices(_region(plan))[0]


def _region(plan: Plan) -> str | None:
    providers = plan.document.get("configuration", {}).get("provider_config", {})
    region = providers.get("aws", {}).get("expressions", {}).get("region", {})
    value = region.get("constant_value")
    return None if value is None else str(value)


def _prices(region: str | None) -> tuple[PriceList, bool]:
    try:
        return PriceList.load(region or DEFAULT_REGION), region is None
    except OperationError:
        return PriceList.load(DEFAULT_REGION), True


def _fixed(plan: Plan, prices: PriceList) -> tuple[FixedChange, ...]:
    before, after = _resources_before(plan), _resources_after(plan)
    quantities: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for place, resources in enumerate((before, after)):
        for address, use in fixed_uses(resources):
            quantities[address, use.price][place] += use.quantity
    changes = [
        FixedChange(
            address,
            f"{prices.item(price).driver}: {old:g} -> {new:g}",
            prices.dollars(price, new) - prices.dollars(price, old),
        )
        for (address, price), (old, new) in quantities.items()
        if old != new
    ]
    worth = [change for change in changes if abs(change.dollars) >= _SMALLEST]
    return tuple(sorted(worth, key=lambda change: (-abs(change.dollars), change.address)))


def _resources_before(plan: Plan) -> dict[str, Mapping[str, Any]]:
    """Return every resource before the plan, by its address after the plan."""
    resources: dict[str, Mapping[str, Any]] = dict(plan.prior)
    for change in plan.changes:
        resources.pop(change.moved_from or change.address, None)
        if change.action is not Action.ADD:
            resources[change.address] = change.before
    return resources


def _resources_after(plan: Plan) -> dict[str, Mapping[str, Any]]:
    """Return every resource after the plan. Forgotten resources stay in AWS and continue to cost."""
    resources = _resources_before(plan)
    for change in plan.changes:
        if change.action is Action.DESTROY:
            resources.pop(change.address, None)
        elif change.action is not Action.FORGET:
            resources[change.address] = {**change.before, **change.after}
    return resources


def _unknown(plan: Plan) -> tuple[str, ...]:
    kinds = Counter(change.type for change in plan.changes if _has_no_price(change))
    undecided = (
        f"{change.address}: {', '.join(sorted(names))} known after apply"
        for change in plan.changes
        if change.after.get("billing_mode") != "PAY_PER_REQUEST"
        and (names := price_attributes(kind_of(change.address)) & change.unknown)
    )
    return (*(f"{count} x {kind}" for kind, count in sorted(kinds.items())), *undecided)


def _has_no_price(change: ResourceChange) -> bool:
    return change.action in {Action.ADD, Action.DESTROY} and not has_price(change.type)


def cost_lines(change: CostChange) -> Iterator[str]:
    """Yield the lines of the review's section on cost, bounded for any plan; nothing if the plan changes no cost."""
    if change.is_empty:
        return
    yield from ("", f"### Cost: {_summary(change)}", "")
    if change.fixed:
        yield from markdown(("resource", "per month", "reason"), list(_rows(change))).splitlines()
        yield ""
    yield from (f"- By usage: {sentence}." for sentence in change.by_use[:_SENTENCES])
    if len(change.by_use) > _SENTENCES:
        yield f"- By usage: {len(change.by_use) - _SENTENCES} more changes."
    if change.unknown:
        shown = ", ".join(change.unknown[:_SENTENCES])
        more = f" and {len(change.unknown) - _SENTENCES} more" if len(change.unknown) > _SENTENCES else ""
        yield f"- Unknown: {shown}{more}. `ops/cost/prices.toml` has no price for this."
    region = f"{change.region}, because the plan's region has no prices" if change.is_other_region else change.region
    yield f"- List prices of {region}, without the free tier. Estimate the cost of usage with `python -m ops cost`."


def _summary(change: CostChange) -> str:
    if not change.fixed:
        return "no change of fixed costs"
    return f"{money(abs(change.dollars))} {'more' if change.dollars > 0 else 'less'} per month, independent of usage"


def _rows(change: CostChange) -> Iterator[list[str]]:
    for fixed in change.fixed[:_ROWS]:
        yield [f"`{fixed.address}`", _signed(fixed.dollars), fixed.because]
    rest = change.fixed[_ROWS:]
    if rest:
        yield [f"{len(rest)} more", _signed(sum(fixed.dollars for fixed in rest)), "smaller differences"]


def _signed(dollars: float) -> str:
    return f"+{money(dollars)}" if dollars > 0 else money(dollars)
