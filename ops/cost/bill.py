"""A month's bill: what is used times what it costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.cost.prices import PriceList
    from ops.cost.tally import Use


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill.

    Attributes:
        price: its key in the price list.
        service: who charges.
        driver: what is counted.
        unit: one of it.
        quantity: how many.
        unit_price: dollars for ``per`` units.
        per: how many units the price is for.
        dollars: in this month.
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
    """The lines of one month, the dearest first.

    Attributes:
        lines: one for each thing that has a price.
        activities: dollars of each activity at full price, the dearest first.
    """

    lines: tuple[Line, ...]
    activities: dict[str, float]

    @classmethod
    def of(cls, uses: Iterable[Use], prices: PriceList, *, free_tier: bool = False) -> Bill:
        """Price what is used.

        Args:
            uses: what is used.
            prices: of the region.
            free_tier: whether what is free for ever is taken off, as for an account with nothing else in it.

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
        return cls(tuple(lines), dict(sorted(activities.items(), key=lambda entry: (-entry[1], entry[0]))))

    def quantity(self, price: str) -> float:
        """Return how much of something there is, by its key in the price list."""
        return sum(line.quantity for line in self.lines if line.price == price)

    @property
    def total(self) -> float:
        """Dollars of the month."""
        return sum(line.dollars for line in self.lines)

    @property
    def services(self) -> dict[str, float]:
        """Dollars of each service, the dearest first."""
        dollars: defaultdict[str, float] = defaultdict(float)
        for line in self.lines:
            dollars[line.service] += line.dollars
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
