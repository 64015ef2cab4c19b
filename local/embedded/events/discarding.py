"""Reports discarded records to the mapping's on-failure destination: their position, not their content.

Format: Lambda Developer Guide, "Retain discarded records for a DynamoDB event source in Lambda".
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from appsync_local.backend import AwsError
from local.embedded.events.streams import SHARD_ID, sequence_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.embedded.emulator import Emulator
    from local.embedded.events.mapping import EventSourceMapping
    from local.embedded.events.streams import Record

RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
TOO_OLD = "RecordAgeExceeded"


@dataclass(frozen=True, slots=True)
class Discarded:
    """A discarded batch."""

    records: Sequence[Record]
    condition: str
    """``RetryAttemptsExhausted`` or ``RecordAgeExceeded``."""
    invocations: int
    """How often the function was invoked with the batch."""
    function_error: str | None
    """AWS's error type of the last invocation, if the function itself failed."""


def envelope(mapping: EventSourceMapping, discarded: Discarded) -> dict[str, Any]:
    """Return the message to the destination."""
    qualifier = mapping.function_arn.split(":")[7:]
    response: dict[str, Any] = {"statusCode": 200, "executedVersion": qualifier[0] if qualifier else "$LATEST"}
    if discarded.function_error is not None:
        response["functionError"] = discarded.function_error
    first, last = discarded.records[0], discarded.records[-1]
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping.function_arn,
            "condition": discarded.condition,
            "approximateInvokeCount": discarded.invocations,
        },
        **({"responseContext": response} if discarded.invocations else {}),
        "version": "1.0",
        "timestamp": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "DDBStreamBatchInfo": {
            "shardId": SHARD_ID,
            "startSequenceNumber": sequence_number(first),
            "endSequenceNumber": sequence_number(last),
            "approximateArrivalOfFirstRecord": _arrival(first),
            "approximateArrivalOfLastRecord": _arrival(last),
            "batchSize": len(discarded.records),
            "streamArn": mapping.source.arn,
        },
    }


def _arrival(record: Record) -> str:
    arrival = dt.datetime.fromtimestamp(int(record["dynamodb"]["ApproximateCreationDateTime"]), dt.UTC)
    return arrival.isoformat().replace("+00:00", "Z")


async def send(emulator: Emulator, destination: str, message: dict[str, Any]) -> None:
    """Send a message to a queue or a topic by its ARN.

    Raises:
        AwsError: there is no such queue or topic, or the ARN is of another service.
    """
    _arn, _partition, service, region, account_id, name = destination.split(":", 5)
    body = json.dumps(message)
    if service == "sqs":
        asked = {"QueueName": name, "QueueOwnerAWSAccountId": account_id}
        place = {"region": region, "account_id": account_id}
        queue = await emulator.call_json("sqs", "AmazonSQS.GetQueueUrl", asked, **place)
        sent = {"QueueUrl": queue["QueueUrl"], "MessageBody": body}
        await emulator.call_json("sqs", "AmazonSQS.SendMessage", sent, **place)
    elif service == "sns":
        form = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": destination, "Message": body}
        answer = await emulator.call(
            "sns",
            "POST",
            "/",
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
            region=region,
            account_id=account_id,
        )
        if answer.status >= 400:  # noqa: PLR2004 - HTTP's own border
            raise AwsError("NotFoundException", f"the topic {destination} took no message")
    else:
        raise AwsError("InvalidParameterValueException", f"{destination} is neither a queue nor a topic")
