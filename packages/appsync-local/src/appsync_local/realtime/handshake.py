"""Reads credentials and parameters of a WebSocket connection request.

AppSync's clients put the headers of an HTTP request into a JSON object and send it in one of these ways ("Building a
real-time WebSocket client" in the AppSync developer guide):

* a second subprotocol ``header-<base64url>``: current Amplify;
* the query parameter ``header``, base64, with ``payload`` beside it: older Amplify, gql, Apollo;
* headers of the upgrade request itself: clients that can set them.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from appsync_local import json_text
from appsync_local.authentication import Credentials
from appsync_local.backend import SignedRequest
from appsync_local.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appsync_local.asgi import Scope

SUBPROTOCOL: Final = "graphql-ws"
_HEADER_PROTOCOL: Final = "header-"
_LINE_BREAK: Final = re.compile(r"[\r\n]")


def connection_headers(scope: Scope) -> dict[str, str]:
    """Return the headers that authorize the connection, with names in lower case.

    Raises:
        RequestError: the headers are invalid, or the client does not support ``graphql-ws``.
    """
    if SUBPROTOCOL not in scope.get("subprotocols", ()):
        raise RequestError(400, "BadRequestException", "SubProtocolNotSupportedError")
    for protocol in scope.get("subprotocols", ()):
        if protocol.startswith(_HEADER_PROTOCOL):
            return _decoded(protocol.removeprefix(_HEADER_PROTOCOL))
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    if "header" in query:
        # An unescaped plus sign arrives as a space; Amplify Android until 2024 inserted line breaks into its base64.
        return _decoded(_LINE_BREAK.sub("", query["header"][0]).replace(" ", "+"))
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}


def _decoded(encoded: str) -> dict[str, str]:
    standard = encoded.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        text = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True).decode("utf-8")
        return header_map(json_text.load(text))
    except (binascii.Error, ValueError) as error:
        raise RequestError(400, "BadRequestException", "The header of the connection is not base64 of JSON.") from error


def header_map(headers: object) -> dict[str, str]:
    """Return a JSON object of headers with names in lower case.

    Raises:
        ValueError: the value is not an object.
    """
    if not isinstance(headers, dict):
        raise ValueError("Headers must be a JSON object.")  # noqa: TRY004 - the callers speak of bad input
    return {str(name).lower(): value for name, value in headers.items() if isinstance(value, str)}


def credentials(
    headers: Mapping[str, str], path: str, body: str, source_ip: str, operation: Mapping[str, Any]
) -> Credentials:
    """Return the credentials of a connection or of a subscription.

    A SigV4 signature covers a POST to the GraphQL endpoint: for a connection to ``.../connect`` with the body ``{}``,
    for a subscription to the endpoint itself with the ``data`` of the start message.
    """
    signed = SignedRequest(
        method="POST",
        raw_path=path,
        query_string="",
        headers=tuple((name.encode(), value.encode()) for name, value in headers.items()),
        body=body.encode(),
    )
    return Credentials(headers, signed, source_ip, operation)
