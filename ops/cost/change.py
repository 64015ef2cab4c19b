"""What a plan changes in the monthly bill: what costs by being there in dollars, what costs by use in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from ops.cost.fixed import decides_price, fixed_uses, has_fixed_price, kind_of
from ops.cost.prices import PriceList
from ops.cost.use_changes import is_free, is_paid_by_use, use_changes
from ops.plans import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.plans import Plan, ResourceChange

DEFAULT_REGION = "us-east-1"
_SMALLEST = 0.005
"""Dollars; less is no difference that anybody pays."""


@dataclass(frozen=True, slots=True)
class FixedChange:
    """A resource that costs more or less by being there.

    Attributes:
        address: the resource.
        because: what is paid for, for example ``alarms: 0 -> 1``.
        dollars: more in a month, or less.
    """

    address: str
    because: str
    dollars: float


@dataclass(frozen=True)
class CostChange:
    """The difference that a plan makes.

    Attributes:
        region: whose prices count.
        is_other_region: whether they are another region's, because the plan's own is not in the price list.
        fixed: the largest difference first.
        by_use: a sentence for each change whose price depends on use.
        unknown: a few words for each kind of resource of which no price is known here.
    """

    region: str
    is_other_region: bool
    fixed: tuple[FixedChange, ...]
    by_use: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def dollars(self) -> float:
        """More in a month, or less, without what depends on use."""
        return sum(change.dollars for change in self.fixed)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.fixed or self.by_use or self.unknown)

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**asdict(self), "dollars": self.dollars}


def cost_change(plan: Plan) -> CostChange:
    """Work out what a plan changes in the bill, at list prices and without the free tier.

    Raises:
        OperationError: the price list cannot be read.
    """
    region = _region(plan)
    prices, is_other = _prices(region)
    return CostChange(
        region=prices.region,
        is_other_region=is_other,
        fixed=_fixed(plan, prices),
        by_use=tuple(sentence for change in plan.changes for sentence in use_changes(change, prices)),
        unknown=_unknown(plan),
    )


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
    """Every resource as it is, by the address that it will have."""
    resources: dict[str, Mapping[str, Any]] = dict(plan.prior)
    for change in plan.changes:
        resources.pop(change.moved_from or change.address, None)
        if change.action is not Action.ADD:
            resources[change.address] = change.before
    return resources


def _resources_after(plan: Plan) -> dict[str, Mapping[str, Any]]:
    """Every resource as it will be. What Terraform forgets stays in AWS and goes on to cost."""
    resources = _resources_before(plan)
    for change in plan.changes:
        if change.action is Action.DESTROY:
            resources.pop(change.address, None)
        elif change.action is not Action.FORGET:
            resources[change.address] = {**change.before, **change.after}
    return resources


def _unknown(plan: Plan) -> tuple[str, ...]:
    kinds = Counter(change.type for change in plan.changes if _has_no_price(change))
    open_yet = (
        f"{change.address}: {', '.join(sorted(names))} known after the apply only"
        for change in plan.changes
        if (names := decides_price(kind_of(change.address)) & change.unknown)
    )
    return (*(f"{count} x {kind}" for kind, count in sorted(kinds.items())), *open_yet)


def _has_no_price(change: ResourceChange) -> bool:
    comes_or_goes = change.action in {Action.ADD, Action.DESTROY}
    return comes_or_goes and not (has_fixed_price(change.type) or is_paid_by_use(change.type) or is_free(change.type))
