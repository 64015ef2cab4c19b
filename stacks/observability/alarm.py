"""What an alarm is: a metric, when it is too much, how bad that is, and where it says what to do."""

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
"""Namespaces of CloudWatch."""


class Severity(enum.Enum):
    """How soon somebody has to look."""

    CRITICAL = "critical"
    """People cannot chat, miss what was said, or hear what they must not: at once, day and night."""
    WARNING = "warning"
    """It works, but not for long or not well: on the next working day."""


class Comparison(enum.Enum):
    """When a value is too much, or too little."""

    ABOVE = "GreaterThanThreshold"
    BELOW = "LessThanThreshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Alarm when a metric is above the threshold in three of five minutes; no data is no alarm.

    Attributes:
        address: Terraform address, and part of the name.
        section: the section of docs/operations.md that says what to do.
        description: what has happened, as somebody reads it at night.
        severity: how soon somebody has to look.
        namespace: of the metric.
        metric: its name.
        dimensions: what it is about.
        threshold: the last value that is fine.
        statistic: over one minute; None with a percentile.
        percentile: for example ``p99``.
        comparison: which side of the threshold is wrong.
        minutes: looked at.
        minutes_to_alarm: of them that have to be wrong.
        missing: what CloudWatch makes of no data: ``notBreaching`` or ``breaching``.
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
