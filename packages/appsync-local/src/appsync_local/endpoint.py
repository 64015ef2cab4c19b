"""The paths and methods of the GraphQL endpoint, and responses to requests without an operation."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Final

from appsync_local.errors import RequestError
from appsync_local.http_exchange import (
    ALLOWED_METHODS,
    REQUEST_ID_HEADER,
    respond,
    respond_to_preflight,
    respond_with_text,
)

if TYPE_CHECKING:
    from appsync_local.asgi import Scope, Send

PATH: Final = re.compile(r"(?P<endpoint>(?:/v1/apis/(?P<api_id>[^/]+))?/graphql)(?P<realtime>/realtime)?/?")
_PING: Final = re.compile(r"(?:/v1/apis/[^/]+)?/ping")
_BELOW: Final = re.compile(r"(?:/v1/apis/[^/]+)?/graphql/.+", re.DOTALL)
"""Paths below the endpoint. AppSync only has the real-time endpoint there."""
_ODD: Final = re.compile(r"(?:/v1/apis/[^/]+)?/(?:graphql|ping).*[\x00-\x1f\x7f].*", re.DOTALL)
"""A path of the endpoint with control characters, which no client sends by mistake."""
API_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_beside_the_endpoint(path: str) -> bool:
    """Return whether a path is a ping, is below the endpoint, or is the endpoint's with control characters."""
    return any(kind.fullmatch(path) for kind in (_PING, _BELOW, _ODD))


def is_endpoint(path: str) -> bool:
    """Return whether a path accepts operations."""
    match = PATH.fullmatch(path)
    return match is not None and not match["realtime"]


async def answer_without_an_operation(scope: Scope, send: Send) -> None:
    """Respond to a request without an operation: a ping or a preflight. All others get a specific error.

    For an unknown path AppSync returns ``UnknownOperationException`` (aws-amplify/docs#2173,
    mkrn/node-query-appsync#1); the status and the envelope are not recorded.
    """
    path, method = scope["path"], scope["method"]
    if _ODD.fullmatch(path):
        await _refuse(send, RequestError(400, "BadRequestException", "The path has control characters."))
    elif _PING.fullmatch(path):
        if method in {"GET", "HEAD"}:
            await respond_with_text(send, "healthy")
        else:
            await _refuse(send, _unsupported(method, "a ping is a GET request"), allow="GET, HEAD")
    elif PATH.fullmatch(path) is None:
        await _refuse(send, RequestError(404, "UnknownOperationException", "Operations are sent to /graphql itself."))
    elif not is_endpoint(path):
        await _refuse(send, RequestError(400, "BadRequestException", "The real-time endpoint speaks WebSocket only."))
    elif method == "OPTIONS":
        await respond_to_preflight(scope, send)
    else:
        await _refuse(send, _unsupported(method, "operations are sent by POST"), allow=ALLOWED_METHODS)


def _unsupported(method: str, instead: str) -> RequestError:
    return RequestError(405, "UnsupportedOperation", f"{method} is not supported by the local AppSync: {instead}.")


async def _refuse(send: Send, error: RequestError, **headers: str) -> None:
    named = {REQUEST_ID_HEADER: str(uuid.uuid4()), "x-amzn-errortype": error.error_type}
    await respond(send, error.status, error.body(), named | headers)
