"""One estimate: a load, an environment, the prices of its region, and the bills of both designs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ops.cost.bill import Bill
from ops.cost.chat import chat_uses
from ops.cost.comparison import Difference, compare
from ops.cost.sample import sample_uses

if TYPE_CHECKING:
    from ops.cost.environment import Environment
    from ops.cost.measured import Measurements
    from ops.cost.prices import PriceList
    from ops.cost.profile import Profile


@dataclass(frozen=True)
class Estimate:
    """What a month costs.

    Attributes:
        profile: the load.
        environment: where it runs.
        measured: the units of each operation.
        prices: of a region.
        free_tier: whether what is free for ever is taken off.
    """

    profile: Profile
    environment: Environment
    measured: Measurements
    prices: PriceList
    free_tier: bool = False

    @cached_property
    def bill(self) -> Bill:
        """This design's."""
        uses = chat_uses(self.profile, self.measured, self.environment)
        return Bill.of(uses, self.prices, free_tier=self.free_tier)

    @cached_property
    def sample_bill(self) -> Bill:
        """The sample's, under the same load."""
        return Bill.of(sample_uses(self.profile), self.prices, free_tier=self.free_tier)

    @property
    def differences(self) -> list[Difference]:
        """Activity by activity."""
        return compare(self.bill, self.sample_bill)

    @property
    def per_thousand_users(self) -> float | None:
        """Dollars for each 1,000 users; None without users."""
        return self.bill.total / self.profile.users * 1000 if self.profile.users else None

    @property
    def per_million_messages(self) -> float | None:
        """Dollars for each million messages; None without messages."""
        return self.bill.total / self.profile.messages * 1_000_000 if self.profile.messages else None

    @property
    def settings(self) -> dict[str, str]:
        """What of the environment's settings is in the price."""
        footprint = self.environment.footprint
        activities = self.bill.activities
        return {
            "region": self.prices.region,
            "log retention": f"{footprint.log_months * 30:.0f} days",
            "X-Ray": "on" if footprint.traced_share else "off",
            "point-in-time recovery": "on" if self.environment.keeps_recovery else "off",
            "WAF": "on" if footprint.web_acl else "off",
            "KMS key of one's own": "yes" if self.environment.has_kms_key else "no",
            "alarms, metrics, dashboards": f"${activities.get('being there', 0.0):,.2f} a month",
            "free tier": "taken off" if self.free_tier else "not taken off",
        }

    def document(self) -> dict[str, Any]:
        """Return everything as JSON."""
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
            "sample": {
                "total": self.sample_bill.total,
                "lines": [asdict(line) for line in self.sample_bill.lines],
                "differences": [asdict(one) for one in self.differences],
            },
        }
