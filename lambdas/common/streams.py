"""Records of DynamoDB streams, and the partial batch response that makes Lambda retry only failed records.

Powertools' batch processor processes every record, also after a failed one. Lambda then retries from the first failed
record on (developer guide, "Configuring partial batch response with DynamoDB"). Records after it are processed again:
processing a record has to be idempotent.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from lambdas.common.items import Row, to_row
from lambdas.common.observability import correlation_scope, count, logger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


class EarlierRecordError(RuntimeError):
    """An earlier record of the batch failed, and records are processed in order."""


@dataclass(frozen=True, slots=True)
class Change:
    """The old and new image of an item; None if it did not exist, or does not exist anymore."""

    event_id: str
    table: str
    old: Row | None
    new: Row | None

    @property
    def current(self) -> Row:
        """The new image, or the old image of a removed item."""
        return self.new or self.old or {}

    @property
    def request_id(self) -> str | None:
        """Id of the API request that made the change (``graphql/shared/correlation.js``).

        None if the change was not made by a request that stores its id: the id in the row is then an earlier one.
        """
        return (self.new or {}).get("requestId") if self.changed("requestId") else None

    def changed(self, attribute: str) -> bool:
        """Return whether the attribute differs between the two images."""
        return (self.old or {}).get(attribute) != (self.new or {}).get(attribute)


def change_of(record: Mapping[str, Any]) -> Change:
    """Return the change of a stream record.

    Args:
        record: An element of ``Records`` (DynamoDB developer guide, "Stream record").

    Raises:
        KeyError: The record is not a stream record.
        TypeError: An image is not an item.
    """
    images = record["dynamodb"]
    old, new = images.get("OldImage"), images.get("NewImage")
    return Change(
        event_id=record["eventID"],
        table=record["eventSourceARN"].split(":table/", 1)[1].split("/", 1)[0],
        old=None if old is None else to_row(old),
        new=None if new is None else to_row(new),
    )


def handle_changes(
    event: dict[str, Any], context: LambdaContext, handle: Callable[[Change], None], *, in_order: bool = False
) -> PartialItemFailureResponse:
    """Process every change of a batch. An exception of ``handle`` marks the record as failed.

    Args:
        event: The event of the invocation.
        context: The context of the invocation.
        handle: Function that processes a change.
        in_order: Whether records after a failed record wait for its retry.

    Raises:
        aws_lambda_powertools.utilities.batch.exceptions.BatchProcessingError: All records failed.
    """
    failed: list[str] = []

    def handle_record(record: dict[str, Any]) -> None:
        if in_order and failed:
            raise EarlierRecordError(f"record {failed[0]} comes first")
        try:
            _handle_record(record, handle)
        except Exception:
            failed.append(str(record.get("eventID")))
            raise

    processor = BatchProcessor(event_type=EventType.DynamoDBStreams)
    return process_partial_response(
        event=event, record_handler=lambda record: handle_record(record.raw_event), processor=processor, context=context
    )


def _handle_record(record: Mapping[str, Any], handle: Callable[[Change], None]) -> None:
    with ExitStack() as stack:
        try:
            change = change_of(record)
            stack.enter_context(correlation_scope(change.request_id))
            handle(change)
        except Exception:
            count("RecordsFailed")
            # Powertools does not log the exception. Of the record, only ids may be logged.
            logger.exception("A stream record failed", extra={"event_id": record.get("eventID")})
            raise
