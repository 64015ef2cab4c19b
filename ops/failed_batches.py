"""Failed batches of stream functions: messages in on-failure queues, and the stream records that they refer to.

The messages contain the position in the stream, not the records (Lambda developer guide, "Retain discarded records for
a DynamoDB event source"). Streams keep records for 24 hours (DynamoDB developer guide, "Change data capture"), the
queues keep messages for 14 days: batches older than a day can be listed, but not repeated.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from common.commands import OperationError

if TYPE_CHECKING:
    from terraform.stack import Stack

STREAM_KEEPS = timedelta(hours=24)
_TRIMMED = {"TrimmedDataAccessException", "ResourceNotFoundException"}
_PAGES = 100
"""Maximum of GetRecords calls per batch: a shard may return empty pages before the requested records."""


class LostRecordsError(OperationError):
    """The stream no longer contains the records."""


@dataclass(frozen=True, slots=True)
class FailureQueue:
    """The on-failure queue of a function.

    Attributes:
        function: its folder below ``lambdas/``.
        function_name: its name in AWS.
        queue_name: the name of the queue.
        timeout_seconds: the timeout of the function.
    """

    function: str
    function_name: str
    queue_name: str
    timeout_seconds: int


@dataclass(frozen=True, slots=True)
class FailedBatch:
    """A batch of records that failed in all attempts.

    Attributes:
        stream: the ARN of the stream.
        shard: the shard.
        first: the sequence number of the first record.
        last: the sequence number of the last record.
        size: the number of records.
        arrived: the arrival of the first record.
        condition: AWS's name of the failure.
        attempts: the number of attempts.
    """

    stream: str
    shard: str
    first: str
    last: str
    size: int
    arrived: datetime
    condition: str
    attempts: int

    @classmethod
    def parse(cls, body: str) -> FailedBatch:
        """Parse a message of an on-failure queue.

        Raises:
            OperationError: the message is not about a batch of a DynamoDB stream.
        """
        try:
            message = json.loads(body)
            context, where = message["requestContext"], message["DDBStreamBatchInfo"]
            return cls(
                stream=str(where["streamArn"]),
                shard=str(where["shardId"]),
                first=str(where["startSequenceNumber"]),
                last=str(where["endSequenceNumber"]),
                size=int(where["batchSize"]),
                arrived=datetime.fromisoformat(where["approximateArrivalOfFirstRecord"]).astimezone(UTC),
                condition=str(context["condition"]),
                attempts=int(context["approximateInvokeCount"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise OperationError(f"a message that is not about a batch of a stream ({error!r})") from error

    @property
    def table(self) -> str:
        """The name of the stream's table."""
        return self.stream.split(":table/", 1)[-1].split("/", 1)[0]

    def is_lost(self, now: datetime) -> bool:
        """Return whether the stream no longer contains the records."""
        return now - self.arrived > STREAM_KEEPS

    def describe(self, now: datetime) -> str:
        """Return a line about the batch, without the content of the records."""
        age = now - self.arrived
        hours = age.total_seconds() / 3600
        state = "lost: the stream keeps records for 24 hours" if self.is_lost(now) else "can be repeated"
        return (
            f"{self.size} records of {self.table}, {hours:.1f} hours old, {self.condition} after {self.attempts} "
            f"attempts, {self.first} to {self.last}: {state}"
        )


def failure_queues(stack: Stack) -> dict[str, FailureQueue]:
    """Return the on-failure queues by the function's folder.

    Args:
        stack: the synthesized stack of the environment.
    """
    resources = stack.document.get("resource", {})
    functions = resources.get("aws_lambda_function", {})
    return {
        name: FailureQueue(name, functions[name]["function_name"], queue["name"], int(functions[name]["timeout"]))
        for name, queue in resources.get("aws_sqs_queue", {}).items()
        if name in functions
    }


def read_records(
    streams: Any,  # noqa: ANN401 - boto3's client, of which no types are installed
    batch: FailedBatch,
) -> list[dict[str, Any]]:
    """Read the records of a batch from the stream, in the format of Lambda's events.

    The records include those that the filter of the event source mapping excluded; the functions check their records
    themselves.

    Raises:
        LostRecordsError: the stream no longer contains the records.
    """
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=batch.stream,
            ShardId=batch.shard,
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch.first,
        )["ShardIterator"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _TRIMMED:
            raise LostRecordsError(f"the stream of {batch.table} no longer contains the records") from error
        raise
    records: list[dict[str, Any]] = []
    for _ in range(_PAGES):
        response = streams.get_records(ShardIterator=iterator)
        for record in response["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > int(batch.last):
                return records
            records.append(_as_event(dict(record), batch.stream))
        if records and records[-1]["dynamodb"]["SequenceNumber"] == batch.last:
            return records
        iterator = response.get("NextShardIterator", "")
        if not iterator:
            break
    if not records:
        raise LostRecordsError(f"the stream of {batch.table} no longer contains the records")
    return records


def _as_event(record: dict[str, Any], stream: str) -> dict[str, Any]:
    """Return a record in the format of Lambda's events."""
    event: dict[str, Any] = json.loads(json.dumps(record, default=_json))
    return {**event, "eventSourceARN": stream}


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value)} does not occur in stream records")
