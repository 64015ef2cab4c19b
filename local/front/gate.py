"""The gate in front of MiniStack: passes signed requests, and unsigned requests that AWS accepts.

MiniStack accepts its root keys without verifying the signature, allows pages of any origin, and has endpoints that
reset or reconfigure it. Any page in the developer's browser could use all of this. Therefore:

- all signatures are verified here; MiniStack then checks the policies of users and roles;
- without a signature, only Cognito's public operations, the keys of user pools, and uploads by a signed form are
  allowed;
- pages of any origin may read the responses to these only, and from S3 what the bucket's CORS rules allow;
- MiniStack's own endpoints are available to this process only.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from appsync_local.backend import AwsError, SignedRequest
from appsync_local.bodies import discard, read, replayed
from common.json_documents import parse_json
from local.front.hosts import is_foreign_page, values_of
from local.front.paths import raw_path_of
from local.front.refusals import Refusals, send_text
from local.front.unsigned import UnsignedRequests, is_cognito_endpoint

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Receive, Scope, Send
    from local.embedded.signatures import Signatures
    from local.embedded.user_pools import UserPools

_COGNITO_PREFLIGHT: Final = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"content-type, cache-control, x-amz-target, x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request",
    ),
    (b"access-control-max-age", b"172800"),
    (b"content-length", b"0"),
)
"""For the headers of Cognito's clients in browsers; without Authorization, which signed requests would need."""
_EMULATORS_OWN: Final = frozenset({"health"})
_QUERY_PATH: Final = re.compile(r"/(?:\d{12}/.*)?")
"""The paths of the query protocol: the root, and the URLs of queues."""
_REFUSED_WEBSOCKET: Final = 1008
_UNVERIFIED_BYTES: Final = 1_000_000
"""The maximum bytes to read before the caller is verified. All unsigned requests that AWS accepts are far smaller."""


class Gate:
    """MiniStack's ASGI application, limited to requests that AWS would accept.

    Args:
        emulator: the running MiniStack.
        signatures: verifies requests and forms.
        user_pools: the pools whose keys are public.
        command: the shell command that sets the credentials of this run.
    """

    def __init__(self, emulator: Emulator, signatures: Signatures, user_pools: UserPools, *, command: str) -> None:
        self._emulator = emulator
        self._signatures = signatures
        self._unsigned = UnsignedRequests(emulator, user_pools)
        self._refusals = Refusals(command)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or refuse it."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": _REFUSED_WEBSOCKET})
        elif _is_emulators_own(scope["path"]):
            await send_text(send, 404, "There is no resource at this URL.")
        elif scope["method"] == "OPTIONS":
            await self._answer_preflight(scope, receive, send)
        elif self._unsigned.is_public_cognito(scope) or self._unsigned.is_pool_document(scope):
            await self._pass_unsigned(_without_authorization(scope), receive, send)
        else:
            await self._verify(scope, receive, send)

    async def _pass_unsigned(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read(receive, most=_UNVERIFIED_BYTES)
        if body is None:
            return
        if not body.is_whole:
            await discard(receive)
            await send_text(send, 413, f"An unsigned request may have at most {_UNVERIFIED_BYTES} bytes.")
            return
        try:
            _check_json(scope, body.content)
        except AwsError as error:
            await self._refusals.send(send, _request(scope, body.content), scope["path"], error)
            return
        await self._emulator.application(scope, replayed(body.content, receive), send)

    async def _answer_preflight(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._emulator.has_bucket(scope):
            await self._pass_unsigned(scope, receive, send)  # S3 applies the rules of the bucket
        elif is_cognito_endpoint(scope):
            await send({"type": "http.response.start", "status": 200, "headers": list(_COGNITO_PREFLIGHT)})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send_text(send, 403, "Pages in a browser may not call this AWS service.")

    async def _verify(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read(receive, most=_UNVERIFIED_BYTES)
        if body is None:
            return
        request = _request(scope, body.content)
        is_whole = body.is_whole
        try:
            if not is_whole:
                self._check_beginning(scope, request)
                rest = await read(receive)
                if rest is None:
                    return
                request, is_whole = replace(request, body=body.content + rest.content), True
            self._authenticate(scope, request)
        except AwsError as error:
            if not is_whole:
                await discard(receive)
            await self._refusals.send(send, request, scope["path"], error)
            return
        if values_of(scope, b"authorization") and is_foreign_page(scope):
            await send_text(send, 403, "Web pages from other hosts may not call AWS services of the local AWS.")
            return
        sending = send if self._emulator.has_bucket(scope) else _without_cors(send)
        await self._emulator.application(scope, replayed(request.body, receive), sending)

    def _check_beginning(self, scope: Scope, request: SignedRequest) -> None:
        """Verify the caller of a request with a large body before reading the rest of it."""
        if self._unsigned.is_form_upload(scope):
            self._signatures.form_principal(self._unsigned.form_fields(scope, request.body))
        else:
            self._signatures.check_beginning(request)

    def _authenticate(self, scope: Scope, request: SignedRequest) -> None:
        if self._unsigned.is_form_upload(scope):
            self._signatures.form_principal(self._unsigned.form_fields(scope, request.body))
            return
        self._signatures.principal(request)
        if _hides_action(scope, request.body):
            raise AwsError("InvalidAction", "Send the parameters of an action as application/x-www-form-urlencoded.")
        _check_json(scope, request.body)


def _request(scope: Scope, body: bytes) -> SignedRequest:
    return SignedRequest(
        scope["method"],
        raw_path_of(scope).decode("ascii"),
        scope.get("query_string", b"").decode("ascii", "replace"),
        tuple(scope["headers"]),
        body,
    )


def _check_json(scope: Scope, body: bytes) -> None:
    """Refuse a body of AWS's JSON protocol that Python cannot parse: nested too deeply, or with too long a number.

    MiniStack returns a server error for such a request. Each service itself refuses a body that is not JSON.

    Raises:
        AwsError: the body cannot be parsed.
    """
    if not values_of(scope, b"x-amz-target"):
        return
    try:
        parse_json(body)
    except (json.JSONDecodeError, UnicodeDecodeError):
        return
    except ValueError:
        message = "The request is nested too deeply, or contains a number with too many digits."
        raise AwsError("SerializationException", message) from None


def _hides_action(scope: Scope, body: bytes) -> bool:
    """Return whether a body names an action that MiniStack would run without checking the caller's policies for it.

    MiniStack's check reads the action of the query protocol from forms only, but its services read bodies of any type.
    """
    if values_of(scope, b"x-amz-target") or _QUERY_PATH.fullmatch(scope["path"]) is None:
        return False
    types = values_of(scope, b"content-type")
    is_form = len(types) == 1 and types[0].lower().startswith("application/x-www-form-urlencoded")
    return not is_form and "Action" in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)


def _is_emulators_own(path: str) -> bool:
    """Return whether a path is one of MiniStack's own; names of buckets cannot begin with an underscore."""
    first = path.lstrip("/").partition("/")[0]
    return first.startswith("_") or first in _EMULATORS_OWN


def _without_authorization(scope: Scope) -> Scope:
    """Return the scope of a public request without credentials, which AWS ignores as well."""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
    return {**scope, "headers": kept}


def _without_cors(send: Send) -> Send:
    """Remove MiniStack's CORS headers, which allow any page, from a response."""

    async def send_without(message: Any) -> None:  # noqa: ANN401 - any ASGI message
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if not pair[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": kept}
        await send(message)

    return send_without
