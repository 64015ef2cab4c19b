"""One event source mapping of a DynamoDB stream, as stored by the Lambda control plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.embedded.events.streams import RETENTION_SECONDS, StreamSource

REPORT_FAILURES = "ReportBatchItemFailures"


@dataclass(frozen=True, slots=True)
class EventSourceMapping:
    """The settings of AWS's CreateEventSourceMapping that apply to DynamoDB streams."""

    id: str
    function_arn: str
    """The ARN with its qualifier, if any."""
    source: StreamSource
    batch_size: int
    window_seconds: float
    """The batching window."""
    patterns: tuple[str, ...]
    """EventBridge patterns as JSON, one of which a record must match; empty matches every record."""
    reports_failures: bool
    """Whether the function's response may name the failed records."""
    bisects: bool
    """Whether a failed batch is split in two."""
    most_retries: int | None
    """The maximum number of retries of a failed batch; None for no limit."""
    most_age_seconds: int
    failure_destination: str | None
    """ARN of the queue or topic that receives reports of discarded records."""

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> EventSourceMapping | None:
        """Parse MiniStack's record; return None if the source is not a DynamoDB stream."""
        source = StreamSource.parse(str(record.get("EventSourceArn") or ""))
        if source is None:
            return None
        retries = int(record.get("MaximumRetryAttempts", -1))
        age = int(record.get("MaximumRecordAgeInSeconds", -1))
        filters = (record.get("FilterCriteria") or {}).get("Filters") or []
        on_failure = (record.get("DestinationConfig") or {}).get("OnFailure") or {}
        return cls(
            id=str(record["UUID"]),
            function_arn=str(record["FunctionArn"]),
            source=source,
            batch_size=int(record.get("BatchSize") or 100),
            window_seconds=float(record.get("MaximumBatchingWindowInSeconds") or 0),
            patterns=tuple(str(filter_["Pattern"]) for filter_ in filters if filter_.get("Pattern")),
            reports_failures=REPORT_FAILURES in (record.get("FunctionResponseTypes") or ()),
            bisects=bool(record.get("BisectBatchOnFunctionError")),
            most_retries=None if retries < 0 else retries,
            most_age_seconds=RETENTION_SECONDS if age < 0 else min(age, RETENTION_SECONDS),
            failure_destination=on_failure.get("Destination") or None,
        )
