"""Monthly bills of this design and the baseline for a load, an environment and the prices of its region."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ops.cost.baseline import Difference, baseline_uses, compare
from ops.cost.this_design import FIXED, design_uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.cost.environment import Environment
    from ops.cost.measured import Measurements
    from ops.cost.prices import PriceList
    from ops.cost.profile import Profile
    from ops.cost.usage import Use


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a bill.

    Attributes:
        price: its key in the price list.
        service: the AWS service.
        driver: what is counted.
        unit: the unit that is counted.
        quantity: the number of units.
        unit_price: dollars for ``per`` units.
        per: how many units the price is for.
        dollars: per month.
    """

    price: str
    service: str
    driver: str
    unit: str
    quantity: float
    unit_price: float
    per: int
    dollars: float


@dataclass(frozen=True)
class Bill:
    """The bill of one month.

    Attributes:
        lines: a line for each used item of the price list, the most expensive first.
        activities: dollars by activity without the free tier, the most expensive first.
    """

    lines: tuple[Line, ...]
    activities: dict[str, float]

    @classmethod
    def of(cls, uses: Iterable[Use], prices: PriceList, *, free_tier: bool = False) -> Bill:
        """Price usage.

        Args:
            uses: the usage of one month.
            prices: of the region.
            free_tier: whether to deduct the permanent free tier, as for an account with nothing else in it.

        Raises:
            OperationError: something has no price.
        """
        quantities: defaultdict[str, float] = defaultdict(float)
        activities: defaultdict[str, float] = defaultdict(float)
        for use in uses:
            quantities[use.price] += use.quantity
            activities[use.activity] += prices.dollars(use.price, use.quantity)
        lines = [_line(price, quantity, prices, free_tier=free_tier) for price, quantity in quantities.items()]
        lines.sort(key=lambda line: (-line.dollars, line.price))
        return cls(tuple(lines), _most_expensive_first(activities))

    def quantity(self, price: str) -> float:
        """Return the quantity of an item, by its key in the price list."""
        return sum(line.quantity for line in self.lines if line.price == price)

    @property
    def total(self) -> float:
        """Dollars per month."""
        return sum(line.dollars for line in self.lines)

    @property
    def services(self) -> dict[str, float]:
        """Dollars by service, the most expensive first."""
        dollars: defaultdict[str, float] = defaultdict(float)
        for line in self.lines:
            dollars[line.service] += line.dollars
        return _most_expensive_first(dollars)


def _most_expensive_first(dollars: dict[str, float]) -> dict[str, float]:
    return dict(sorted(dollars.items(), key=lambda entry: (-entry[1], entry[0])))


def _line(price: str, quantity: float, prices: PriceList, *, free_tier: bool) -> Line:
    item, quote = prices.item(price), prices.quote(price)
    charged = max(0.0, quantity - item.free) if free_tier else quantity
    return Line(
        price=price,
        service=item.service,
        driver=item.driver,
        unit=item.unit,
        quantity=quantity,
        unit_price=quote.dollars,
        per=item.per,
        dollars=prices.dollars(price, charged),
    )


@dataclass(frozen=True)
class Estimate:
    """The estimated cost of one month.

    Attributes:
        profile: the load.
        environment: where it runs.
        measured: the units of each operation.
        prices: of a region.
        free_tier: whether to deduct the permanent free tier.
    """

    profile: Profile
    environment: Environment
    measured: Measurements
    prices: PriceList
    free_tier: bool = False

    @cached_property
    def bill(self) -> Bill:
        """The bill of this design."""
        uses = design_uses(self.profile, self.measured, self.environment)
        return Bill.of(uses, self.prices, free_tier=self.free_tier)

    @cached_property
    def baseline_bill(self) -> Bill:
        """The bill of the baseline for the same load."""
        return Bill.of(baseline_uses(self.profile), self.prices, free_tier=self.free_tier)

    @property
    def differences(self) -> list[Difference]:
        """This design and the baseline by activity."""
        return compare(self.bill.activities, self.baseline_bill.activities)

    @property
    def per_thousand_users(self) -> float | None:
        """Dollars per 1,000 users; None without users."""
        return self.bill.total / self.profile.users * 1000 if self.profile.users else None

    @property
    def per_million_messages(self) -> float | None:
        """Dollars per million messages; None without messages."""
        return self.bill.total / self.profile.messages * 1_000_000 if self.profile.messages else None

    @property
    def settings(self) -> dict[str, str]:
        """The settings of the environment that affect the price."""
        footprint = self.environment.footprint
        return {
            "region": self.prices.region,
            "log retention": f"{footprint.log_months * 30:.0f} days",
            "X-Ray": "on" if footprint.traced_share else "off",
            "point-in-time recovery": "on" if self.environment.keeps_recovery else "off",
            "WAF": "on" if footprint.web_acl else "off",
            "customer managed KMS key": "yes" if self.environment.has_kms_key else "no",
            "alarms, metrics, dashboards": f"${self.bill.activities.get(FIXED, 0.0):,.2f} per month",
            "free tier": "deducted" if self.free_tier else "not deducted",
        }

    def document(self) -> dict[str, Any]:
        """Return the estimate as JSON."""
        return {
            "environment": self.environment.name,
            "settings": self.settings,
            "profile": self.profile.model_dump(),
            "lines": [asdict(line) for line in self.bill.lines],
            "services": self.bill.services,
            "activities": self.bill.activities,
            "total": self.bill.total,
            "per_thousand_users": self.per_thousand_users,
            "per_million_messages": self.per_million_messages,
            "baseline": {
                "total": self.baseline_bill.total,
                "lines": [asdict(line) for line in self.baseline_bill.lines],
                "differences": [asdict(difference) for difference in self.differences],
            },
        }
