"""Failed batches of stream functions: list, inspect and process them again.

Repeating is safe: functions behind a stream are idempotent.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from common.commands import OperationError, counted
from common.exit_codes import EXIT_OK, REFUSED
from ops.failed_batches import FailedBatch, FailureQueue, LostRecordsError, read_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Message = dict[str, Any]

_RECEIVED = 10
"""Maximum of messages per SQS response."""
_VISIBILITY_FACTOR = 6
"""Visibility timeout by the function's timeout (Lambda developer guide, "Using Lambda with Amazon SQS")."""
_PEEK_SECONDS = 5


@dataclass(frozen=True)
class Redrive:
    """The on-failure queue of a function, with boto3 clients.

    Attributes:
        queue: the queue.
        sqs: the client of the queue.
        streams: the client of the streams.
        functions: the client of the function.
    """

    queue: FailureQueue
    sqs: Any
    streams: Any
    functions: Any

    @classmethod
    def open(cls, queue: FailureQueue, region: str) -> Redrive:
        """Return a queue with the clients of its region; credentials and endpoint are those of the process."""
        session = boto3.Session(region_name=region)
        return cls(queue, session.client("sqs"), session.client("dynamodbstreams"), session.client("lambda"))

    @property
    def url(self) -> str:
        """The URL of the queue."""
        return str(self.sqs.get_queue_url(QueueName=self.queue.queue_name)["QueueUrl"])

    def waiting(self) -> int:
        """Return the approximate number of messages."""
        response = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(response["Attributes"]["ApproximateNumberOfMessages"])

    def messages(self, limit: int, *, hidden_seconds: int) -> Iterator[Message]:
        """Yield up to ``limit`` messages, each once, hidden from other consumers for some seconds."""
        url, left, seen = self.url, limit, set[str]()
        while left > 0:
            response = self.sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(left, _RECEIVED),
                VisibilityTimeout=hidden_seconds,
                WaitTimeSeconds=1,
            )
            new = [message for message in response.get("Messages", []) if message["MessageId"] not in seen]
            if not new:
                return
            seen |= {message["MessageId"] for message in new}
            left -= len(new)
            yield from new

    def repeat(self, batch: FailedBatch) -> int:
        """Invoke the function with a batch again; return the number of records.

        Raises:
            LostRecordsError: the stream no longer contains the records.
            OperationError: the function failed for all or some records.
        """
        records = read_records(self.streams, batch)
        response = self.functions.invoke(
            FunctionName=self.queue.function_name, Payload=json.dumps({"Records": records}).encode()
        )
        outcome: Any = json.loads(response["Payload"].read() or b"null")
        if "FunctionError" in response:
            kind = outcome.get("errorType", "an error") if isinstance(outcome, dict) else "an error"
            raise OperationError(f"the function failed again: {kind}. See its log")
        left = len((outcome or {}).get("batchItemFailures", []))
        if left:
            raise OperationError(
                f"the function failed again for {left} of {counted(len(records), 'record')}. See its log"
            )
        return len(records)

    def delete(self, message: Message) -> None:
        """Delete a message from the queue."""
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def release(self, messages: Iterable[Message]) -> None:
        """Make messages visible again; call it after the last receive, because `messages` would receive them again."""
        url = self.url
        for message in messages:
            handle = message["ReceiptHandle"]
            self.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)


def list_queues(redrives: list[Redrive]) -> int:
    """Print the number of messages in each queue."""
    for redrive in redrives:
        _print(f"{redrive.queue.function}: {redrive.waiting()} in {redrive.queue.queue_name}")
    return EXIT_OK


def peek(redrive: Redrive, limit: int, prefix: str = "") -> int:
    """Print the messages of a queue, which remain in it."""
    now = datetime.now(UTC)
    messages = list(redrive.messages(limit, hidden_seconds=_PEEK_SECONDS))
    for message in messages:
        _print(f"{prefix}{_described(message['Body'], now)}")
    redrive.release(messages)
    return EXIT_OK


def redrive_queue(redrive: Redrive, limit: int, *, discard_lost: bool) -> int:
    """Process the records of all messages again."""
    left: list[Message] = []
    try:
        for message in redrive.messages(limit, hidden_seconds=redrive.queue.timeout_seconds * _VISIBILITY_FACTOR):
            left.append(message)
            if _done(redrive, message, discard_lost=discard_lost):
                redrive.delete(left.pop())
    finally:
        redrive.release(left)
    return REFUSED if left else EXIT_OK


def _done(redrive: Redrive, message: Message, *, discard_lost: bool) -> bool:
    """Process the records of a message again; return whether to delete the message."""
    described = _described(message["Body"], datetime.now(UTC))
    try:
        count = redrive.repeat(FailedBatch.parse(message["Body"]))
    except LostRecordsError as error:
        _print(f"discarded: {described}" if discard_lost else f"left, {error} (--discard-lost): {described}")
        return discard_lost
    except OperationError as error:
        _print(f"left, {error}: {described}")
        return False
    _print(f"done, {counted(count, 'record')}: {described}")
    return True


def _described(body: str, now: datetime) -> str:
    try:
        return FailedBatch.parse(body).describe(now)
    except OperationError as error:
        return str(error)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
