"""Refusals in the protocol of each AWS service, with a remedy in the message.

Uses these internal names of MiniStack (pinned): ``app.detect_service``, ``app._routing_params`` and
``app._credential_failure``: they determine each service's protocol and its error code for a failed signature.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from appsync_local.backend import AwsError, SignedRequest
    from local.embedded.emulator import Send

_SIGN: Final = "with the credentials of this run"
_OLD: Final = f"Credentials of an earlier run are no longer valid, and test/test is never accepted: sign {_SIGN}"
_REMEDIES: Final = {
    "MissingAuthenticationToken": f"Sign the request {_SIGN}",
    "InvalidClientTokenId": _OLD,
    "UnrecognizedClientException": _OLD,
    "SignatureDoesNotMatch": f"If you did not mean to change the request, sign {_SIGN}",
    "IncompleteSignature": f"Let an AWS SDK or the AWS CLI sign {_SIGN}",
    "InvalidToken": f"AWS_SESSION_TOKEN is from an earlier run; unset it and sign {_SIGN}",
}
"""The remedies by error code; the command that sets the credentials follows."""
_VERSION_4: Final = "Sign with Signature Version 4, in boto3 by Config(signature_version='s3v4')"
_NOT_FORBIDDEN: Final = {"XAmzContentSHA256Mismatch": 400, "SerializationException": 400}


class Refusals:
    """Responses to requests with a missing or invalid signature.

    Args:
        command: the shell command that sets the credentials of this run.
    """

    def __init__(self, command: str) -> None:
        from ministack import app  # noqa: PLC0415 - see emulator.Emulator
        from ministack.core import iam_evaluator  # noqa: PLC0415

        self._remedies = {code: f"{remedy}: {command}" for code, remedy in _REMEDIES.items()}
        self._remedies["UnsupportedSignature"] = _VERSION_4
        self._app: Any = app
        self._failure: Any = iam_evaluator.AuthError

    async def send(self, send: Send, request: SignedRequest, path: str, error: AwsError) -> None:
        """Send an authentication error as the response to a request.

        Args:
            send: the ASGI send function.
            request: the refused request; its body may be unread.
            path: its decoded path.
            error: the error code of AWS's query protocol, and the message.
        """
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers}
        query = parse_qs(request.query_string, keep_blank_values=True)
        routing = self._app._routing_params(request.method, path, headers, request.body, query)  # noqa: SLF001
        service = self._app.detect_service(request.method, path, headers, routing)
        denied = self._failure(error.code, error.message)
        status, answered, body = self._app._credential_failure(service, "", uuid.uuid4().hex, denied, headers)  # noqa: SLF001
        status = _NOT_FORBIDDEN.get(error.code, status)
        if error.code in self._remedies:
            body = _with_remedy(body, self._remedies[error.code])
        payload = b"" if request.method == "HEAD" else body
        raw = [(name.lower().encode(), str(value).encode()) for name, value in answered.items()]
        raw = [(name, value) for name, value in raw if not name.startswith(b"access-control-")]
        raw.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": payload})


def _with_remedy(body: bytes, remedy: str) -> bytes:
    if b"</Message>" in body:
        return body.replace(b"</Message>", f". {escape(remedy)}</Message>".encode(), 1).replace(b".. ", b". ", 1)
    try:
        content = json.loads(body)
    except ValueError:  # CBOR
        return body
    for name in ("message", "Message"):
        if content.get(name):
            content[name] = f"{str(content[name]).rstrip('.')}. {remedy}"
    return json.dumps(content).encode()


async def send_text(send: Send, status: int, text: str) -> None:
    """Send a line of text that no page can read or run."""
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
