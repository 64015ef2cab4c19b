"""What a function has given up on: messages in its on-failure queue, and the stream's records that they point at.

Lambda puts no record into the queue, only where in the stream it lies (Lambda developer guide, "Retain discarded
records for a DynamoDB event source"). A stream keeps its records for 24 hours (DynamoDB developer guide, "Change data
capture"), the queue its messages for 14 days: what is older than a day can be looked at, and not be repeated.
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
"""Of GetRecords for one batch: a shard may answer with empty pages before it comes to what is asked for."""


class LostRecordsError(OperationError):
    """The stream does not have the records any more."""


@dataclass(frozen=True, slots=True)
class FailureQueue:
    """The queue of one function.

    Attributes:
        function: its folder below ``lambdas/``.
        function_name: its name in AWS.
        queue_name: the queue's.
        timeout_seconds: the function's.
    """

    function: str
    function_name: str
    queue_name: str
    timeout_seconds: int


@dataclass(frozen=True, slots=True)
class FailedBatch:
    """One message: a batch of records that no attempt could handle.

    Attributes:
        stream: its ARN.
        shard: where in the stream.
        first: sequence number of the first record.
        last: and of the last.
        size: how many records the function was given.
        arrived: when the first of them came.
        condition: why it was given up, in AWS's words.
        attempts: how often it was tried.
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
        """Read a message.

        Raises:
            OperationError: it is none of Lambda's about a DynamoDB stream.
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
            raise OperationError(f"a message that is none of Lambda's about a stream ({error!r})") from error

    @property
    def table(self) -> str:
        """The table of the stream."""
        return self.stream.split(":table/", 1)[-1].split("/", 1)[0]

    def is_lost(self, now: datetime) -> bool:
        """Tell whether the stream has forgotten it by now."""
        return now - self.arrived > STREAM_KEEPS

    def describe(self, now: datetime) -> str:
        """Say in one line what it is, without anything of its content."""
        age = now - self.arrived
        hours = age.total_seconds() / 3600
        fate = "lost: the stream keeps records for 24 hours" if self.is_lost(now) else "can be repeated"
        return (
            f"{self.size} records of {self.table}, {hours:.1f} hours old, {self.condition} after {self.attempts} "
            f"attempts, {self.first} to {self.last}: {fate}"
        )


def failure_queues(stack: Stack) -> dict[str, FailureQueue]:
    """Return the on-failure queue of each function that has one, by the function's folder.

    Args:
        stack: of the environment, synthesized.
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
    """Read the records of a batch from the stream, as Lambda gives them to a function.

    Records between the first and the last that the event source's filter kept from the function are among them: the
    functions look again at what they are given.

    Raises:
        LostRecordsError: the stream does not have them any more.
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
            raise LostRecordsError(f"the stream of {batch.table} does not have the records any more") from error
        raise
    records: list[dict[str, Any]] = []
    for _ in range(_PAGES):
        answer = streams.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > int(batch.last):
                return records
            records.append(_as_event(dict(record), batch.stream))
        if records and records[-1]["dynamodb"]["SequenceNumber"] == batch.last:
            return records
        iterator = answer.get("NextShardIterator", "")
        if not iterator:
            break
    if not records:
        raise LostRecordsError(f"the stream of {batch.table} does not have the records any more")
    return records


def _as_event(record: dict[str, Any], stream: str) -> dict[str, Any]:
    """Give a record the form in which Lambda passes it on."""
    shown: dict[str, Any] = json.loads(json.dumps(record, default=_json))
    return {**shown, "eventSourceARN": stream}


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value)} is in no stream record")
