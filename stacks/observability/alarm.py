"""The definition of an alarm: metric, threshold, severity, and section of the runbook."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

API = "AWS/AppSync"
FUNCTIONS = "AWS/Lambda"
TABLES = "AWS/DynamoDB"
QUEUES = "AWS/SQS"
USER_POOLS = "AWS/Cognito"
FIREWALL = "AWS/WAFV2"
"""CloudWatch namespaces."""


class Severity(enum.Enum):
    """Urgency of an alarm."""

    CRITICAL = "critical"
    """Users cannot chat, miss messages, or see what they must not: immediately, day and night."""
    WARNING = "warning"
    """The service is degraded or at risk: on the next working day."""


class Comparison(enum.Enum):
    """Comparison of a value with the threshold."""

    ABOVE = "GreaterThanThreshold"
    BELOW = "LessThanThreshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm; by default if a metric is above the threshold in three of five minutes. Missing data does not alarm.

    Attributes:
        address: Terraform address, and part of the name.
        section: Anchor of its section in docs/operations.md.
        description: Description of the problem, for the engineer on call.
        severity: Urgency.
        namespace: Namespace of the metric.
        metric: Name of the metric.
        dimensions: Dimensions of the metric.
        threshold: The last value that does not alarm.
        statistic: Statistic per minute; None with a percentile.
        percentile: For example ``p99``.
        comparison: Side of the threshold that alarms.
        minutes: Number of evaluated minutes.
        minutes_to_alarm: Number of them that have to breach.
        missing: Treatment of missing data: ``notBreaching`` or ``breaching``.
    """

    address: str
    section: str
    description: str
    severity: Severity
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    threshold: float = 0
    statistic: str | None = "Sum"
    percentile: str | None = None
    comparison: Comparison = Comparison.ABOVE
    minutes: int = 5
    minutes_to_alarm: int = 3
    missing: str = "notBreaching"
