"""Results of the local EvaluateCode, in the format of the values recorded from AWS."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from appsync_local.evaluate_code import evaluate_code

if TYPE_CHECKING:
    from appsync_local.javascript.runtime import JavaScriptRuntime

_IMPORTS: Final = """import { util } from '@aws-appsync/utils';
import * as ddb from '@aws-appsync/utils/dynamodb';
import * as rds from '@aws-appsync/utils/rds';
"""
_PLACE: Final = re.compile(r"^code\.js:\d+:\d+: ")


async def evaluated(given: dict[str, Any], runtime: JavaScriptRuntime) -> dict[str, Any]:
    """Evaluate a handler.

    Args:
        given: ``expression`` that the handler returns or ``body`` of the handler, ``function`` (default
            ``request``) and ``context`` (default empty).
        runtime: runs the code.

    Returns:
        ``{"result": value}`` or ``{"error": message}``; the message without the code location that AWS puts before
        it, which depends on the lines that the recording had around the expression.
    """
    function = given.get("function", "request")
    other = "response" if function == "request" else "request"
    body = given.get("body") or f"return {given['expression']};"
    code = f"{_IMPORTS}export function {function}(ctx) {{ {body} }}\nexport function {other}(ctx) {{}}\n"
    answer = await evaluation_of(code, runtime, function=function, context=given.get("context", {}))
    if "error" in answer:
        return {"error": _PLACE.sub("", answer["error"]["message"])}
    return {"result": json.loads(answer["evaluationResult"])}


async def evaluation_of(
    code: str, runtime: JavaScriptRuntime, *, function: str = "request", context: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the whole response of EvaluateCode."""
    return await evaluate_code(
        {
            "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
            "code": code,
            "context": json.dumps(context or {}),
            "function": function,
        },
        runtime,
    )
