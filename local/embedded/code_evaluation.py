"""EvaluateCode with the data plane's JavaScript runtime instead of MiniStack's, which supports less."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError
from appsync_local.evaluate_code import PATH, evaluate_code
from common.json_documents import parse_json

if TYPE_CHECKING:
    from appsync_local.javascript.runtime import JavaScriptRuntime
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall


class CodeEvaluation:
    """Wraps the handler of the AppSync control plane; IAM permissions have been checked before."""

    def __init__(self, emulator: Emulator, runtime: JavaScriptRuntime) -> None:
        self._runtime = runtime
        emulator.wrap("appsync", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        if call.method != "POST" or call.path != PATH:
            return await forward(call)
        return await self._evaluated(call.body)

    async def _evaluated(self, body: bytes) -> Response:
        headers = {"Content-Type": "application/json"}
        try:
            answer = await evaluate_code(_request(body), self._runtime)
        except AwsError as error:
            headers["x-amzn-errortype"] = error.code
            return 400, headers, json.dumps({"__type": error.code, "message": error.message}).encode()
        return 200, headers, json.dumps(answer).encode()


def _request(body: bytes) -> dict[str, Any]:
    try:
        request = parse_json(body or b"{}")
    except ValueError as error:
        raise AwsError("BadRequestException", "The request is not JSON.") from error
    if not isinstance(request, dict):
        raise AwsError("BadRequestException", "The request must be a JSON object.")
    return request
