r"""Refuses requests with text that is not UTF-8, for which MiniStack 1.5.33 returns an internal error.

JSON can escape a lone surrogate (``\ud800``). Python accepts it, but fails to measure and write it. DynamoDB's strings
are UTF-8 ("Naming rules and data types"), and the protocol refuses other bytes: SerializationException
(totemstech/node-dynamodb#9, aws/aws-sdk-php#1536). The response to an escaped lone surrogate is not recorded.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_CODE: Final = "com.amazon.coral.service#SerializationException"
_REFUSAL: Final = json.dumps(
    {"__type": _CODE, "Message": "The request contains text that is not valid UTF-8."}
).encode()
_HEADERS: Final = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": _CODE}


class DynamoDbTexts:
    """Wraps DynamoDB's handler."""

    def __init__(self, emulator: Emulator) -> None:
        emulator.wrap("dynamodb", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        if is_utf8(call.body):
            return await forward(call)
        return 400, _HEADERS, _REFUSAL


def is_utf8(body: bytes) -> bool:
    """Return whether a JSON document, including its escapes, can be written as UTF-8; True if it is not JSON."""
    try:
        text = body.decode()
        if "\\ud" in text or "\\uD" in text:  # matches whole pairs too; only such documents are parsed here
            json.dumps(json.loads(text), ensure_ascii=False).encode()
    except UnicodeError:
        return False
    except (ValueError, RecursionError):
        return True
    return True
