"""What AppSync refuses when it is deployed and MiniStack takes: bad schemas, bad code, missing data sources.

A schema is checked after it was taken, as in AWS: StartSchemaCreation answers PROCESSING, GetSchemaCreationStatus tells
FAILED with the reason, and the schema before stays in force. Code and data sources are checked in the call itself.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from appsync_local.javascript.validation import CodeProblem

if TYPE_CHECKING:
    from local.embedded.emulator import Answer, Emulator, Handler

_API = r"/v1/apis/(?P<api>[^/]+)"
_SCHEMA = re.compile(rf"{_API}/schemacreation")
_CODE = re.compile(rf"{_API}/(functions(/[^/]+)?|types/[^/]+/resolvers(/[^/]+)?)")


CheckSchema = Callable[[str], list[str]]
"""SDL in, what is wrong with it out."""
CheckCode = Callable[[str], Awaitable[list[CodeProblem]]]


class DeploymentChecks:
    """Wraps the AppSync control plane's handler."""

    def __init__(self, emulator: Emulator, *, check_schema: CheckSchema, check_code: CheckCode) -> None:
        self._check_schema = check_schema
        self._check_code = check_code
        self._failed: dict[str, str] = {}
        """API id -> why its last schema failed."""
        emulator.wrap("appsync", self._wrapped)

    def _wrapped(self, handler: Handler) -> Handler:
        async def handle(
            method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
        ) -> Answer:
            schema = _SCHEMA.fullmatch(path)
            answer: Answer | None = None
            if schema is not None:
                answer = self._schema(method, schema["api"], body)
            elif method == "POST" and (code := _CODE.fullmatch(path)) is not None:
                answer = await self._code(handler, code["api"], headers, body)
            return answer or await handler(method, path, headers, body, query_params)

        return handle

    def _schema(self, method: str, api_id: str, body: bytes) -> Answer | None:
        if method == "GET":
            details = self._failed.get(api_id)
            return None if details is None else _json(200, {"status": "FAILED", "details": details})
        self._failed.pop(api_id, None)
        definition = _request(body).get("definition")
        if not isinstance(definition, str) or not definition:
            return None  # MiniStack's own refusal
        try:
            sdl = base64.b64decode(definition, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        faults = self._check_schema(sdl)
        if not faults:
            return None
        self._failed[api_id] = "; ".join(faults)
        return _json(200, {"status": "PROCESSING"})

    async def _code(self, handler: Handler, api_id: str, headers: dict[str, str], body: bytes) -> Answer | None:
        request = _request(body)
        source = request.get("dataSourceName")
        if source:
            status, _headers, _body = await handler("GET", f"/v1/apis/{api_id}/datasources/{source}", headers, b"", {})
            if status == 404:  # noqa: PLR2004 - HTTP Not Found
                return _json(404, {"message": f"No data source found named {source}"}, "NotFoundException")
        code = request.get("code")
        if not isinstance(code, str) or not code:
            return None
        faults = await self._check_code(code)
        if not faults:
            return None
        content = {
            "message": "The code contains one or more errors.",
            "reason": "CODE_ERROR",
            "detail": {"codeErrors": [fault.as_code_error() for fault in faults]},
        }
        return _json(400, content, "BadRequestException")


def _request(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def _json(status: int, content: dict[str, Any], error: str = "") -> Answer:
    headers = {"Content-Type": "application/json"}
    if error:
        headers["x-amzn-errortype"] = error
        content = {"__type": error, **content}
    return status, headers, json.dumps(content).encode()
