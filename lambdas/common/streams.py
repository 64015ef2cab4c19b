"""Records of DynamoDB streams, and the answer that lets Lambda repeat only those that failed.

Powertools' batch processor gives every record to the function, also after one that failed. Lambda then repeats from
the first failed record on (developer guide, "Configuring partial batch response with DynamoDB"), so what follows a
failed record is seen again: everything done for a record has to be safe to repeat.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from lambdas.common.items import Row, to_row
from lambdas.common.observability import count, following, logger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


class EarlierRecordError(RuntimeError):
    """A record has to wait for one before it, which failed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One item before and after; None where there was or is none."""

    event_id: str
    table: str
    old: Row | None
    new: Row | None

    @property
    def current(self) -> Row:
        """The item after the change, or, where it was removed, before."""
        return self.new or self.old or {}

    @property
    def request_id(self) -> str | None:
        """The request of the API that made the change (``graphql/shared/correlation.js``).

        None where it was none, or one that leaves no id: the id in the row is then of an earlier one.
        """
        return (self.new or {}).get("requestId") if self.changed("requestId") else None

    def changed(self, attribute: str) -> bool:
        """Tell whether the attribute differs between before and after."""
        return (self.old or {}).get(attribute) != (self.new or {}).get(attribute)


def change_of(record: Mapping[str, Any]) -> Change:
    """Return what a stream record tells.

    Args:
        record: one of ``Records`` (DynamoDB developer guide, "Stream record").

    Raises:
        KeyError: the record is no stream record.
        TypeError: an image is no item.
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
    """Give every change of a batch to ``handle``; what it raises marks the record as failed.

    Args:
        event: the invocation's event.
        context: the invocation's context.
        handle: what is done for a change.
        in_order: whether nothing behind a failed record is handled before that record is.

    Raises:
        aws_lambda_powertools.utilities.batch.exceptions.BatchProcessingError: all records failed.
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
            stack.enter_context(following(change.request_id))
            handle(change)
        except Exception:
            count("RecordsFailed")
            # Powertools keeps the exception to itself; the ids are all that may be logged of the record.
            logger.exception("A stream record failed", extra={"event_id": record.get("eventID")})
            raise
