"""Look at what functions have given up on, and give it to them again.

    python -m ops.redrive list --environment prod
    python -m ops.redrive peek notifications --environment prod
    python -m ops.redrive run notifications --environment prod --limit 10 --dry-run

``run`` reads the records from the table's stream, calls the function with them, and deletes the message when all of
them were handled; otherwise the message stays. Calling a function twice does no harm: what is behind a stream is safe
to repeat. ``run --discard-lost`` deletes messages whose records the stream has forgotten (after 24 hours). Exit codes:
0 fine, 1 something that was looked at is still in the queue, 2 wrong usage, 3 error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from common.commands import OperationError, Parser, run, whole_number
from common.exit_codes import EXIT_OK, REFUSED
from ops.failed_batches import FailedBatch, FailureQueue, LostRecordsError, failure_queues, read_records
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Message = dict[str, Any]

LIMIT = 10
MOST = 1_000
"""Messages at once."""
_RECEIVED = 10
"""What SQS gives in one answer."""
_VISIBILITY_FACTOR = 6
"""Of the function's time-out, as AWS asks for (Lambda developer guide, "Using Lambda with Amazon SQS")."""
_PEEK_SECONDS = 5


@dataclass(frozen=True)
class Redrive:
    """One function's queue, with boto3's clients to work on it.

    Attributes:
        queue: the queue.
        sqs: where it is.
        streams: where the records are.
        functions: who handles them.
    """

    queue: FailureQueue
    sqs: Any
    streams: Any
    functions: Any

    @property
    def url(self) -> str:
        """Of the queue."""
        return str(self.sqs.get_queue_url(QueueName=self.queue.queue_name)["QueueUrl"])

    def waiting(self) -> int:
        """Return about how many messages there are."""
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def messages(self, limit: int, *, hidden_seconds: int) -> Iterator[Message]:
        """Yield up to so many messages, each once, hidden from others for a while."""
        url, left, seen = self.url, limit, set[str]()
        while left > 0:
            answer = self.sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(left, _RECEIVED),
                VisibilityTimeout=hidden_seconds,
                WaitTimeSeconds=1,
            )
            new = [message for message in answer.get("Messages", []) if message["MessageId"] not in seen]
            if not new:
                return
            seen |= {message["MessageId"] for message in new}
            left -= len(new)
            yield from new

    def repeat(self, batch: FailedBatch) -> int:
        """Give a batch to the function again; return how many records that were.

        Raises:
            LostRecordsError: the stream does not have them any more.
            OperationError: the function failed, or could not handle all of them.
        """
        records = read_records(self.streams, batch)
        answer = self.functions.invoke(
            FunctionName=self.queue.function_name, Payload=json.dumps({"Records": records}).encode()
        )
        outcome: Any = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            kind = outcome.get("errorType", "an error") if isinstance(outcome, dict) else "an error"
            raise OperationError(f"the function failed again: {kind}. Its log says why")
        left = len((outcome or {}).get("batchItemFailures", []))
        if left:
            raise OperationError(f"the function failed again at {left} of {len(records)} records. Its log says why")
        return len(records)

    def delete(self, message: Message) -> None:
        """Take a message out of the queue."""
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def release(self, messages: Iterable[Message]) -> None:
        """Show messages to others again, after the last one was received: sooner they would come back to us."""
        url = self.url
        for message in messages:
            handle = message["ReceiptHandle"]
            self.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)


def list_queues(redrives: list[Redrive]) -> int:
    """Print each queue with how much is in it."""
    for redrive in redrives:
        _print(f"{redrive.queue.function}: {redrive.waiting()} in {redrive.queue.queue_name}")
    return EXIT_OK


def peek(redrive: Redrive, limit: int, prefix: str = "") -> int:
    """Print what the messages are about; they stay."""
    now = datetime.now(UTC)
    messages = list(redrive.messages(limit, hidden_seconds=_PEEK_SECONDS))
    for message in messages:
        _print(f"{prefix}{_described(message['Body'], now)}")
    redrive.release(messages)
    return EXIT_OK


def redrive_queue(redrive: Redrive, limit: int, *, discard_lost: bool) -> int:
    """Give every message's records to the function again."""
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
    """Repeat one message; tell whether it may be deleted."""
    described = _described(message["Body"], datetime.now(UTC))
    try:
        count = redrive.repeat(FailedBatch.parse(message["Body"]))
    except LostRecordsError as error:
        _print(f"discarded: {described}" if discard_lost else f"left, {error} (--discard-lost): {described}")
        return discard_lost
    except OperationError as error:
        _print(f"left, {error}: {described}")
        return False
    _print(f"done, {count} records: {described}")
    return True


def _described(body: str, now: datetime) -> str:
    try:
        return FailedBatch.parse(body).describe(now)
    except OperationError as error:
        return str(error)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _parser() -> Parser:
    parser = Parser(prog="python -m ops.redrive", description=__doc__)
    parser.add_argument("action", choices=("list", "peek", "run"))
    parser.add_argument("function", nargs="?", help="whose queue: the function's folder, for example notifications")
    parser.add_argument("--environment", required=True)
    limit = whole_number(1, MOST)
    parser.add_argument("--limit", type=limit, default=LIMIT, help=f"messages at most, 1 to {MOST} (default: {LIMIT})")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--discard-lost", action="store_true", help="delete what the stream has forgotten")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one action."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.action != "list" and options.function is None:
        parser.error(f"{options.action} needs a function: python -m ops.redrive list shows which there are")

    def command() -> int:
        stack = Stack.find(options.stacks, options.environment)
        queues = failure_queues(stack)
        if options.function is not None and options.function not in queues:
            raise OperationError(f"{options.function} has no on-failure queue. There are: {', '.join(sorted(queues))}.")
        chosen = [queues[options.function]] if options.function else [queues[name] for name in sorted(queues)]
        return _act(options.action, [_open(queue, stack.region) for queue in chosen], options)

    return run(command)


def _open(queue: FailureQueue, region: str) -> Redrive:
    session = boto3.Session(region_name=region)
    return Redrive(queue, session.client("sqs"), session.client("dynamodbstreams"), session.client("lambda"))


def _act(action: str, redrives: list[Redrive], options: Any) -> int:  # noqa: ANN401 - argparse's namespace
    if action == "list":
        return list_queues(redrives)
    if action == "peek":
        return peek(redrives[0], options.limit)
    if options.dry_run:
        return peek(redrives[0], options.limit, prefix="would repeat: ")
    return redrive_queue(redrives[0], options.limit, discard_lost=options.discard_lost)


if __name__ == "__main__":
    sys.exit(main())
