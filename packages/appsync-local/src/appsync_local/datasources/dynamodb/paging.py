"""``nextToken``: the position of the next page, valid only for the same list."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from appsync_local.backend import AwsError
from appsync_local.datasources.dynamodb.call import ILLEGAL_ARGUMENT

if TYPE_CHECKING:
    from appsync_local.datasources.dynamodb.attribute_values import Item

_DIGEST_BYTES: Final = 16
_REFUSAL: Final = (
    "com.amazonaws.deepdish.common.pagination.InvalidPaginationTokenException: Invalid pagination token given."
)
"""Recorded in aws-amplify/amplify-cli#3411."""


class Paging:
    """Creates and verifies the tokens of one list.

    AWS encrypts tokens. Here they are signed with the list's parameters: API, table, index, keys, filter, direction.
    """

    def __init__(self, *identity: object) -> None:
        self._key = json.dumps(identity, sort_keys=True).encode()

    def token(self, last_key: Item | None) -> str | None:
        """Return the token of the page after the one that ended at this key."""
        if last_key is None:
            return None
        content = json.dumps(last_key, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._digest(content) + content).decode()

    def start_key(self, token: object) -> dict[str, Any]:
        """Return ``{"ExclusiveStartKey": ...}``, or an empty dict without a token.

        Raises:
            AwsError: the token does not belong to this list.
        """
        if token is None:
            return {}
        try:
            decoded = base64.urlsafe_b64decode(str(token).encode())
        except (binascii.Error, ValueError):
            decoded = b""
        digest, content = decoded[:_DIGEST_BYTES], decoded[_DIGEST_BYTES:]
        if not hmac.compare_digest(digest, self._digest(content)):
            raise AwsError(ILLEGAL_ARGUMENT, _REFUSAL)
        return {"ExclusiveStartKey": json.loads(content)}

    def _digest(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()[:_DIGEST_BYTES]
