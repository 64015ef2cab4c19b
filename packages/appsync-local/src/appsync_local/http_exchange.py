"""Reads requests and writes responses over ASGI."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from appsync_local import json_text
from appsync_local.bodies import read
from appsync_local.errors import MalformedRequestError, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appsync_local.asgi import Receive, Scope, Send
    from appsync_local.fields import Meter

MAXIMUM_BODY_BYTES: Final = 1_000_000
ALLOWED_METHODS: Final = "POST, OPTIONS"
METER_HEADER: Final = "x-appsync-meter"
REQUEST_ID_HEADER: Final = "x-amzn-requestid"
_TRACE_HEADER: Final = "x-amzn-trace-id"
_ALLOWED_HEADERS: Final = (
    "authorization, content-type, x-api-key, x-amz-date, x-amz-security-token, x-amz-user-agent, x-amz-content-sha256, "
    f"amz-sdk-invocation-id, amz-sdk-request, x-amzn-requestid, {METER_HEADER}"
)
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_UNPRINTABLE: Final = re.compile(r"[^\t\x20-\x7e\xa0-\xff]")
_EXPOSED_HEADERS: Final = "x-amzn-requestid, x-amzn-errortype"


def metered(headers: Mapping[str, str], meter: Meter | None) -> dict[str, Any] | None:
    """Return the extension ``{"meter": {...}}`` if the request asks for its cost, else None."""
    if meter is None or headers.get(METER_HEADER) != "on":
        return None
    return {
        "meter": {
            "readUnits": meter.read_units,
            "writeUnits": meter.write_units,
            "functionInvocations": meter.function_invocations,
            "roundTrips": meter.round_trips,
        }
    }


def request_headers(scope: Scope) -> dict[str, str]:
    """Return the headers by lower-case name, as in ``ctx.request.headers``."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}


def resolvers_headers(scope: Scope, request_id: str) -> dict[str, str]:
    """Return the headers for resolvers: the client's, with AppSync's request id and trace id.

    The request id always comes from AppSync; a trace of the client is continued.
    """
    headers = {**request_headers(scope), REQUEST_ID_HEADER: request_id}
    headers.setdefault(_TRACE_HEADER, f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}")
    return headers


async def read_body(receive: Receive) -> bytes:
    """Return the whole body.

    Raises:
        RequestError: the body is larger than 1 MB, or the client disconnected.
    """
    body = await read(receive, most=MAXIMUM_BODY_BYTES)
    if body is None:
        raise MalformedRequestError("The client closed the connection before the request was complete.")
    if len(body.content) > MAXIMUM_BODY_BYTES:
        raise RequestError(413, "RequestEntityTooLargeException", "A request may have 1 MB.")
    return body.content


def parse_json(body: bytes) -> object:
    """Return the parsed JSON of a body.

    Raises:
        MalformedRequestError: the body is not JSON.
    """
    if not body:
        raise MalformedRequestError("Request body is empty.")
    try:
        return json_text.load(body)
    except ValueError as error:
        raise MalformedRequestError from error


async def respond(send: Send, status: int, body: object, headers: dict[str, str]) -> None:
    """Send a JSON response, or an empty one if the body is None. All origins are allowed (CORS)."""
    payload = b"" if body is None else json_text.dump(body).encode()
    answer: dict[str, Any] = {
        "content-type": "application/json;charset=UTF-8",
        "content-length": str(len(payload)),
        "access-control-allow-origin": "*",
        "access-control-expose-headers": _EXPOSED_HEADERS,
        **{name.lower(): value for name, value in headers.items() if _TOKEN.fullmatch(name)},
    }
    raw = [(name.encode(), _UNPRINTABLE.sub(" ", str(value)).encode("latin-1")) for name, value in answer.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": payload})


async def respond_with_text(send: Send, text: str) -> None:
    """Send a plain text response with status 200."""
    headers = [(b"content-type", b"text/plain;charset=UTF-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


async def respond_to_preflight(scope: Scope, send: Send) -> None:
    """Respond to a CORS preflight: allow any origin and the requested headers.

    A request without an origin is not a preflight: it only gets the methods.
    """
    asked = request_headers(scope)
    if "origin" not in asked:
        await respond(send, 200, None, {"allow": ALLOWED_METHODS})
        return
    await respond(
        send,
        200,
        None,
        {
            "access-control-allow-methods": ALLOWED_METHODS,
            "access-control-allow-headers": asked.get("access-control-request-headers", _ALLOWED_HEADERS),
            "access-control-max-age": "172800",
        },
    )
