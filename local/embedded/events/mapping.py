"""One event source mapping of a DynamoDB stream, as the Lambda control plane has it."""

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
    """With its qualifier, if it has one."""
    source: StreamSource
    batch_size: int
    window_seconds: float
    """How long records may wait for company."""
    patterns: tuple[str, ...]
    """EventBridge patterns as JSON text, of which a record must match one; empty lets every record through."""
    reports_failures: bool
    """Whether the function's answer may name the records that failed."""
    bisects: bool
    """Whether a failed batch is split in two."""
    most_retries: int | None
    """Of a batch whose function failed; None for no limit."""
    most_age_seconds: int
    failure_destination: str | None
    """ARN of a queue or topic that hears of what was given up."""

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> EventSourceMapping | None:
        """Read MiniStack's record; None where the source is no DynamoDB stream."""
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
