"""Alarms of functions, their streams, schedules and failure queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.observability.alarm import FUNCTIONS, QUEUES, Alarm, Comparison, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.background.streams import FailureQueue
    from stacks.functions import Function

NEAR_TIMEOUT = 0.8
"""Fraction of the timeout above which a duration alarms."""
BEHIND_MINUTES = 10
"""Maximum age of records; after an hour they go to the failure queue (``StreamSource``)."""
_SILENT_MINUTES = 10
"""Minutes without an invocation after which a schedule is reported; the shortest schedule is one minute."""


def function_alarms(function: Function) -> Iterator[Alarm]:
    """Yield the alarms of every environment: errors and throttles."""
    dimensions = _dimensions(function)
    yield Alarm(
        address=f"{function.name}_errors",
        section="function-errors",
        description=f"Invocations of the function {function.name} fail",
        severity=Severity.CRITICAL,
        namespace=FUNCTIONS,
        metric="Errors",
        dimensions=dimensions,
        minutes_to_alarm=1,
    )
    yield Alarm(
        address=f"{function.name}_throttles",
        section="function-throttles",
        description=f"The function {function.name} is throttled: the account's concurrency is exhausted",
        severity=Severity.CRITICAL,
        namespace=FUNCTIONS,
        metric="Throttles",
        dimensions=dimensions,
        minutes_to_alarm=1,
    )


def queue_alarm(failures: FailureQueue) -> Alarm:
    """Return the alarm of every environment on a failure queue that is not empty."""
    return Alarm(
        address=f"{failures.function}_failed_records",
        section="failed-records",
        description=f"The function {failures.function} failed to process records, which are in {failures.queue.name}",
        severity=Severity.CRITICAL,
        namespace=QUEUES,
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": failures.queue.name},
        statistic="Maximum",
        minutes_to_alarm=1,
    )


def duration_alarm(function: Function) -> Alarm:
    """Return the alarm on durations near the timeout, for detailed monitoring."""
    milliseconds = function.timeout_seconds * 1000
    return Alarm(
        address=f"{function.name}_duration",
        section="function-near-its-timeout",
        description=f"The duration of the function {function.name} is near its timeout of {function.timeout_seconds} s",
        severity=Severity.WARNING,
        namespace=FUNCTIONS,
        metric="Duration",
        dimensions=_dimensions(function),
        statistic="Maximum",
        threshold=milliseconds * NEAR_TIMEOUT,
        minutes_to_alarm=2,
    )


def iterator_age_alarm(function: Function) -> Alarm:
    """Return the alarm on a function that falls behind its streams, for detailed monitoring."""
    return Alarm(
        address=f"{function.name}_iterator_age",
        section="function-behind",
        description=f"The function {function.name} is {BEHIND_MINUTES} minutes behind. "
        "Records go to the failure queue after an hour",
        severity=Severity.CRITICAL,
        namespace=FUNCTIONS,
        metric="IteratorAge",
        dimensions=_dimensions(function),
        statistic="Maximum",
        threshold=BEHIND_MINUTES * 60 * 1000,
    )


def silence_alarm(function: Function) -> Alarm:
    """Return the alarm on a scheduled function that is not invoked, for detailed monitoring."""
    return Alarm(
        address=f"{function.name}_silent",
        section="schedule-silent",
        description=f"The function {function.name} was not invoked for {_SILENT_MINUTES} minutes",
        severity=Severity.WARNING,
        namespace=FUNCTIONS,
        metric="Invocations",
        dimensions=_dimensions(function),
        threshold=1,
        comparison=Comparison.BELOW,
        minutes=_SILENT_MINUTES,
        minutes_to_alarm=_SILENT_MINUTES,
        missing="breaching",
    )


def _dimensions(function: Function) -> dict[str, str]:
    return {"FunctionName": function.resource.function_name}
