"""Monthly usage: quantities of everything that AWS charges for, each with the activity that causes it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops.cost.measured import Units
    from ops.cost.profile import Profile

UPDATE_BYTES = 5 * 1024
"""AppSync counts one real-time update per started 5 KB of an event (AppSync pricing)."""
GIGABYTE = 1024**3


@dataclass(frozen=True, slots=True)
class Use:
    """A quantity of something that has a price.

    Attributes:
        activity: the users' activity that causes it.
        price: its key in the price list.
        quantity: in the units of the price list.
    """

    activity: str
    price: str
    quantity: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """The overhead of every operation, given by the settings of the environment.

    Attributes:
        log_bytes: written by AppSync to its log per request, including CloudWatch's own 26 bytes per event.
        function_log_bytes: written by a Lambda function per invocation.
        traced_share: the share of requests that X-Ray records, from 0 to 1.
        log_months: how long logs are kept.
        function_gigabytes: the memory of a function.
        function_price: the price list's key of the duration of functions.
        web_acl: whether WAF inspects every request.
    """

    log_bytes: float
    function_log_bytes: float
    traced_share: float
    log_months: float
    function_gigabytes: float
    function_price: str
    web_acl: bool = False


class Usage:
    """Collects the usage of a design.

    Args:
        profile: the load.
        footprint: the overhead of every operation.
    """

    def __init__(self, profile: Profile, footprint: Footprint) -> None:
        self.uses: list[Use] = []
        self._profile = profile
        self._footprint = footprint

    def add(self, activity: str, price: str, quantity: float) -> None:
        """Add a quantity; zero is ignored."""
        if quantity:
            self.uses.append(Use(activity, price, quantity))

    def operations(self, activity: str, count: float, units: Units) -> None:
        """Add queries or mutations, including their overhead.

        Args:
            activity: the activity that causes them.
            count: how many.
            units: the units of each.
        """
        self.add(activity, "appsync_operations", count)
        self.add(activity, "dynamodb_writes", count * units.writes)
        self.add(activity, "dynamodb_reads", count * units.reads)
        self.add(activity, "transfer_out", count * units.response_bytes / GIGABYTE)
        self.functions(activity, count * units.functions)
        self.requests(activity, count)

    def requests(self, activity: str, count: float) -> None:
        """Add the overhead of requests: logs, traces and the firewall."""
        self.logs(activity, count * self._footprint.log_bytes)
        self.add(activity, "traces", count * self._footprint.traced_share)
        if self._footprint.web_acl:
            self.add(activity, "waf_requests", count)

    def functions(self, activity: str, invocations: float) -> None:
        """Add invocations of Lambda functions."""
        seconds = invocations * self._profile.function_milliseconds / 1000
        self.add(activity, "lambda_requests", invocations)
        self.add(activity, self._footprint.function_price, seconds * self._footprint.function_gigabytes)
        self.logs(activity, invocations * self._footprint.function_log_bytes)

    def logs(self, activity: str, written: float) -> None:
        """Add the ingestion and storage of log data, in bytes."""
        self.add(activity, "logs_ingested", written / GIGABYTE)
        self.add(activity, "logs_stored", written / GIGABYTE * self._footprint.log_months)

    def events(self, activity: str, deliveries: float, size: float) -> None:
        """Add events that are delivered to subscribers.

        Args:
            activity: the activity that causes them.
            deliveries: the number of events times the subscribers of each.
            size: bytes of each event.
        """
        self.add(activity, "appsync_updates", deliveries * ceil(size / UPDATE_BYTES))
        self.add(activity, "transfer_out", deliveries * size / GIGABYTE)

    def subscriptions(self, activity: str, count: float, reads: float) -> None:
        """Add started subscriptions: AppSync counts each of these WebSocket operations as a real-time update.

        Args:
            activity: the activity that causes them.
            count: how many.
            reads: DynamoDB read units of each.
        """
        self.add(activity, "appsync_updates", count)
        self.add(activity, "dynamodb_reads", count * reads)
        self.requests(activity, count)
