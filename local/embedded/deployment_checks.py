"""Refuses deployments that AppSync refuses and MiniStack accepts: invalid schemas or code, missing data sources.

As in AWS, a schema is checked asynchronously: StartSchemaCreation returns PROCESSING, GetSchemaCreationStatus returns
FAILED with the reason, and the previous schema stays active. Code and data sources are checked in the call itself.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from appsync_local.javascript.validation import CodeProblem
from local.embedded.emulator import ServiceCall

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response

_API = r"/v1/apis/(?P<api>[^/]+)"
_SCHEMA = re.compile(rf"{_API}/schemacreation")
_CODE = re.compile(rf"{_API}/(functions(/[^/]+)?|types/[^/]+/resolvers(/[^/]+)?)")


CheckSchema = Callable[[str], list[str]]
"""Maps SDL to its errors."""
CheckCode = Callable[[str], Awaitable[list[CodeProblem]]]


class DeploymentChecks:
    """Wraps the handler of the AppSync control plane."""

    def __init__(self, emulator: Emulator, *, check_schema: CheckSchema, check_code: CheckCode) -> None:
        self._check_schema = check_schema
        self._check_code = check_code
        self._failed: dict[str, str] = {}
        """API id -> the error of its last schema."""
        emulator.wrap("appsync", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        schema = _SCHEMA.fullmatch(call.path)
        answer: Response | None = None
        if schema is not None:
            answer = self._schema(call, schema["api"])
        elif call.method == "POST" and (code := _CODE.fullmatch(call.path)) is not None:
            answer = await self._code(call, forward, code["api"])
        return answer or await forward(call)

    def _schema(self, call: ServiceCall, api_id: str) -> Response | None:
        if call.method == "GET":
            details = self._failed.get(api_id)
            return None if details is None else _json(200, {"status": "FAILED", "details": details})
        self._failed.pop(api_id, None)
        definition = (call.json or {}).get("definition")
        if not isinstance(definition, str) or not definition:
            return None  # MiniStack refuses the call itself
        try:
            sdl = base64.b64decode(definition, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        faults = self._check_schema(sdl)
        if not faults:
            return None
        self._failed[api_id] = "; ".join(faults)
        return _json(200, {"status": "PROCESSING"})

    async def _code(self, call: ServiceCall, forward: Handler, api_id: str) -> Response | None:
        request = call.json or {}
        source = request.get("dataSourceName")
        if source:
            read = ServiceCall("GET", f"/v1/apis/{api_id}/datasources/{source}", call.headers)
            status, _headers, _body = await forward(read)
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


def _json(status: int, content: dict[str, Any], error: str = "") -> Response:
    headers = {"Content-Type": "application/json"}
    if error:
        headers["x-amzn-errortype"] = error
        content = {"__type": error, **content}
    return status, headers, json.dumps(content).encode()
