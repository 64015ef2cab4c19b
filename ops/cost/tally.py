"""What a design uses in a month: quantities of what AWS charges for, each with the activity that causes it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops.cost.measured import Units
    from ops.cost.profile import Profile

UPDATE_BYTES = 5 * 1024
"""AppSync counts an outbound message for each 5 KB begun (AppSync pricing)."""
GIGABYTE = 1024**3


@dataclass(frozen=True, slots=True)
class Use:
    """A quantity of one thing that has a price.

    Attributes:
        activity: what people do that takes it.
        price: its key in the price list.
        quantity: in the units of the price list.
    """

    activity: str
    price: str
    quantity: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the platform adds to every operation, by the settings of the environment.

    Attributes:
        log_bytes: written by AppSync to its log for one request, with CloudWatch's own 26 bytes an event.
        function_log_bytes: written by a function for one call.
        traced_share: of requests whose trace X-Ray records.
        log_months: how long logs are kept.
        function_gigabytes: memory of a function.
        function_price: the price of its duration.
        web_acl: whether WAF looks at every request.
    """

    log_bytes: float
    function_log_bytes: float
    traced_share: float
    log_months: float
    function_gigabytes: float
    function_price: str
    web_acl: bool = False


class Tally:
    """Collects what a design uses.

    Args:
        profile: the load.
        footprint: what every operation takes besides its own units.
    """

    def __init__(self, profile: Profile, footprint: Footprint) -> None:
        self.uses: list[Use] = []
        self._profile = profile
        self._footprint = footprint

    def add(self, activity: str, price: str, quantity: float) -> None:
        """Note a quantity; nothing is noted of nothing."""
        if quantity:
            self.uses.append(Use(activity, price, quantity))

    def operations(self, activity: str, count: float, units: Units) -> None:
        """Note queries or mutations with everything that each of them takes."""
        self.add(activity, "appsync_operations", count)
        self.add(activity, "dynamodb_writes", count * units.writes)
        self.add(activity, "dynamodb_reads", count * units.reads)
        self.add(activity, "transfer_out", count * units.response_bytes / GIGABYTE)
        self.functions(activity, count * units.functions)
        self.requests(activity, count)

    def requests(self, activity: str, count: float) -> None:
        """Note what the platform does about a request: log, trace, firewall."""
        self.logs(activity, count * self._footprint.log_bytes)
        self.add(activity, "traces", count * self._footprint.traced_share)
        if self._footprint.web_acl:
            self.add(activity, "waf_requests", count)

    def functions(self, activity: str, calls: float) -> None:
        """Note calls of Lambda functions."""
        seconds = calls * self._profile.function_milliseconds / 1000
        self.add(activity, "lambda_requests", calls)
        self.add(activity, self._footprint.function_price, seconds * self._footprint.function_gigabytes)
        self.logs(activity, calls * self._footprint.function_log_bytes)

    def logs(self, activity: str, written: float) -> None:
        """Note bytes of logs, and their being kept."""
        self.add(activity, "logs_ingested", written / GIGABYTE)
        self.add(activity, "logs_stored", written / GIGABYTE * self._footprint.log_months)

    def events(self, activity: str, deliveries: float, size: float) -> None:
        """Note events that reach subscribers.

        Args:
            activity: what they are about.
            deliveries: one for each subscriber and event.
            size: bytes of one.
        """
        self.add(activity, "appsync_updates", deliveries * ceil(size / UPDATE_BYTES))
        self.add(activity, "transfer_out", deliveries * size / GIGABYTE)

    def subscriptions(self, activity: str, count: float, reads: float) -> None:
        """Note subscriptions that start: an operation on the WebSocket counts as a real-time update."""
        self.add(activity, "appsync_updates", count)
        self.add(activity, "dynamodb_reads", count * reads)
        self.requests(activity, count)
