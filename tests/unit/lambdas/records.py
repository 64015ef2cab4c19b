"""Stream records and invocation contexts as Lambda passes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lambdas.common.items import Row, to_item


@dataclass
class Context:
    """The context of an invocation."""

    function_name: str = "function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:function"
    aws_request_id: str = "request"


def record(sequence_number: str, table: str, *, old: Row | None = None, new: Row | None = None) -> dict[str, Any]:
    """Return a record of a table's stream (DynamoDB Streams API reference, ``Record``)."""
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    images = {kind: to_item(image) for kind, image in (("OldImage", old), ("NewImage", new)) if image is not None}
    return {
        "eventID": f"event-{sequence_number}",
        "eventName": name,
        "eventSource": "aws:dynamodb",
        "eventSourceARN": f"arn:aws:dynamodb:eu-central-1:000000000000:table/{table}/stream/2030-01-01T00:00:00.000",
        "dynamodb": {"SequenceNumber": sequence_number, "StreamViewType": "NEW_AND_OLD_IMAGES", **images},
    }
