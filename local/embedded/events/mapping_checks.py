"""Lambda's validation and defaults of DynamoDB stream mappings; MiniStack accepts anything.

Limits and defaults: Lambda API Reference, "CreateEventSourceMapping", and Developer Guide, "Lambda parameters for
Amazon DynamoDB event source mappings".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError
from local.embedded.events.mapping import REPORT_FAILURES

if TYPE_CHECKING:
    from local.embedded.events.filters import Patterns

_REFUSAL = "InvalidParameterValueException"
_INVALID = "ValidationException"
_LIMITS = {
    "BatchSize": (1, 10_000),
    "MaximumBatchingWindowInSeconds": (0, 300),
    "MaximumRetryAttempts": (-1, 10_000),
    "MaximumRecordAgeInSeconds": (-1, 604_800),
    "ParallelizationFactor": (1, 10),
}
_SHORTEST_AGE_SECONDS = 60
_DEFAULTS: dict[str, Any] = {
    "BatchSize": 100,
    "MaximumBatchingWindowInSeconds": 0,
    "MaximumRetryAttempts": -1,
    "MaximumRecordAgeInSeconds": -1,
    "ParallelizationFactor": 1,
    "BisectBatchOnFunctionError": False,
    "DestinationConfig": {"OnFailure": {}},
}
_STARTS = ("TRIM_HORIZON", "LATEST")
_MOST_FILTERS = 5


def complete(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request with AWS's defaults for missing settings."""
    given = {name: value for name, value in request.items() if value is not None}
    return {**_DEFAULTS, **given}


def check(request: dict[str, Any], patterns: Patterns, *, is_new: bool) -> None:
    """Refuse settings that Lambda refuses.

    Raises:
        AwsError: names the setting and its valid values.
    """
    if is_new and request.get("StartingPosition") not in _STARTS:
        raise AwsError(_REFUSAL, "StartingPosition must be TRIM_HORIZON or LATEST for DynamoDB Streams.")
    for name, (least, most) in _LIMITS.items():
        value = request.get(name)
        if value is not None and not (isinstance(value, int) and least <= value <= most):
            raise AwsError(_INVALID, f"Value '{value}' at '{name}' must be a number from {least} to {most}.")
    age = request.get("MaximumRecordAgeInSeconds")
    if age is not None and 0 <= age < _SHORTEST_AGE_SECONDS:
        raise AwsError(_REFUSAL, f"MaximumRecordAgeInSeconds must be -1 or at least {_SHORTEST_AGE_SECONDS}.")
    if set(request.get("FunctionResponseTypes") or ()) - {REPORT_FAILURES}:
        raise AwsError(_INVALID, f"FunctionResponseTypes may hold {REPORT_FAILURES} only.")
    _check_filters((request.get("FilterCriteria") or {}).get("Filters") or [], patterns)


def _check_filters(filters: list[dict[str, Any]], patterns: Patterns) -> None:
    if len(filters) > _MOST_FILTERS:
        raise AwsError(_REFUSAL, f"FilterCriteria may hold {_MOST_FILTERS} filters.")
    for filter_ in filters:
        if not patterns.is_valid(str(filter_.get("Pattern") or "")):
            raise AwsError(_REFUSAL, f"Invalid filter pattern definition: {filter_.get('Pattern')}")
