"""Metrics of resolver failures by kind, from the API's log: AppSync's own metrics do not distinguish kinds.

The log has a line for each field with an error, with its type and message, and no content of clients
(``excludeVerboseContent``). Expected errors (docs/api.md, "Errors") are not failures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.bindings import (
    CloudwatchLogMetricFilter,
    CloudwatchLogMetricFilterMetricTransformation,
    Construct,
    add,
)
from stacks.names import metrics_namespace
from stacks.observability.alarm import Alarm, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.bindings import CloudwatchLogGroup
    from stacks.settings import Settings


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of failure, and the words in the log that indicate it.

    Attributes:
        address: Terraform address of filter and alarm.
        metric: Name of the metric.
        words: A line with any of these words matches.
        description: Description of the alarm.
        severity: Severity of the alarm.
        tolerated: Maximum number per minute without an alarm.
    """

    address: str
    metric: str
    words: tuple[str, ...]
    description: str
    severity: Severity
    tolerated: int = 0

    @property
    def pattern(self) -> str:
        """The filter pattern: any of the words (CloudWatch Logs user guide, "Filter pattern syntax")."""
        return " ".join(f'?"{word}"' for word in self.words)


FAILURES = (
    Failure(
        "resolver_throttled",
        "ResolverThrottled",
        ("Too many requests at once", "ThrottlingException", "TooManyRequestsException"),
        "DynamoDB or Lambda throttles resolvers: users are asked to retry",
        Severity.CRITICAL,
    ),
    Failure(
        "resolver_broken",
        "ResolverBroken",
        ("InternalFailure", "InternalServerError", "InternalServerException", "ExecutionTimeout", "MappingTemplate"),
        "Resolvers fail: a defect, a timeout, or a failing service",
        Severity.CRITICAL,
    ),
    Failure(
        "resolver_denied",
        "ResolverDenied",
        ("AccessDenied", "not authorized to perform"),
        "The role of a data source lacks a permission: it was changed manually, or a deployment failed",
        Severity.CRITICAL,
    ),
    Failure(
        "callers_refused",
        "CallersRefused",
        ("Unauthorized", "Forbidden", "Banned", "Muted"),
        "More than 100 rejected calls per minute: unauthorized attempts, or a defective client",
        Severity.WARNING,
        tolerated=100,
    ),
)


class LogMetrics(Construct):
    """The filters on the log of the API."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, log_group: CloudwatchLogGroup) -> None:
        """Add the filters.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            log_group: Log group of the API.
        """
        super().__init__(scope, id_)
        namespace = metrics_namespace(settings)
        for failure in FAILURES:
            transformation = CloudwatchLogMetricFilterMetricTransformation(
                name=failure.metric, namespace=namespace, value="1"
            )
            add(
                self,
                CloudwatchLogMetricFilter,
                failure.address,
                name=failure.address.replace("_", "-"),
                log_group_name=log_group.name,
                pattern=failure.pattern,
                metric_transformation=transformation,
            )
        self.alarms: Sequence[Alarm] = [_alarm(failure, namespace) for failure in FAILURES]


def _alarm(failure: Failure, namespace: str) -> Alarm:
    return Alarm(
        address=failure.address,
        section=failure.address.replace("_", "-"),
        description=failure.description,
        severity=failure.severity,
        namespace=namespace,
        metric=failure.metric,
        dimensions={},
        threshold=failure.tolerated,
        minutes_to_alarm=2,
    )
