"""Refusals in the shape that the client of each AWS service reads, with what to do about them.

Of MiniStack's inner names (pinned) this file uses ``app.detect_service``, ``app._routing_params`` and
``app._credential_failure``: they know each service's protocol and what it calls a failed signature.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from local.appsync.backend import AwsError, SignedRequest
    from local.embedded.emulator import Send

_REMEDIES: Final = {
    "MissingAuthenticationToken": "Sign the request",
    "InvalidClientTokenId": "Credentials of an earlier run are no longer valid, and test/test never is: sign",
    "UnrecognizedClientException": "Credentials of an earlier run are no longer valid, and test/test never is: sign",
    "SignatureDoesNotMatch": "If you did not mean to change the request, sign",
}
_HOW: Final = ' with the credentials of this run: eval "$(.venv/bin/python -m local credentials)"'
_NOT_FORBIDDEN: Final = {"XAmzContentSHA256Mismatch": 400}


class Refusals:
    """Answers for requests whose signature is missing or not good."""

    def __init__(self) -> None:
        from ministack import app  # noqa: PLC0415 - see emulator.Emulator
        from ministack.core import iam_evaluator  # noqa: PLC0415

        self._app: Any = app
        self._failure: Any = iam_evaluator.AuthError

    async def send(self, send: Send, request: SignedRequest, path: str, error: AwsError) -> None:
        """Answer a request with an error of authentication.

        Args:
            send: where the answer goes.
            request: what was refused; its body may have been left unread.
            path: its decoded path.
            error: the code in the words of AWS's query protocol, and the message.
        """
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers}
        query = parse_qs(request.query_string, keep_blank_values=True)
        routing = self._app._routing_params(request.method, path, headers, request.body, query)  # noqa: SLF001
        service = self._app.detect_service(request.method, path, headers, routing)
        denied = self._failure(error.code, error.message)
        status, answered, body = self._app._credential_failure(service, "", uuid.uuid4().hex, denied, headers)  # noqa: SLF001
        status = _NOT_FORBIDDEN.get(error.code, status)
        if error.code in _REMEDIES:
            body = _with_remedy(body, f"{_REMEDIES[error.code]}{_HOW}")
        payload = b"" if request.method == "HEAD" else body
        raw = [(name.lower().encode(), str(value).encode()) for name, value in answered.items()]
        raw = [(name, value) for name, value in raw if not name.startswith(b"access-control-")]
        raw.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": payload})


def _with_remedy(body: bytes, remedy: str) -> bytes:
    if b"</Message>" in body:
        return body.replace(b"</Message>", f". {remedy}</Message>".encode(), 1).replace(b".. ", b". ", 1)
    try:
        content = json.loads(body)
    except ValueError:  # CBOR
        return body
    for name in ("message", "Message"):
        if content.get(name):
            content[name] = f"{str(content[name]).rstrip('.')}. {remedy}"
    return json.dumps(content).encode()


async def send_text(send: Send, status: int, text: str) -> None:
    """Answer with a line of text that no page can read or run."""
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
