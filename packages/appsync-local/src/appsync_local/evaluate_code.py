"""AppSync's EvaluateCode: runs one handler of resolver code with a given context.

Source: "EvaluateCode" in the AppSync API reference (``POST /v1/dataplane-evaluatecode``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from appsync_local import json_text
from appsync_local.backend import AwsError
from appsync_local.javascript.validation import check_code

if TYPE_CHECKING:
    from appsync_local.fields import FieldError
    from appsync_local.javascript.runtime import JavaScriptRuntime
    from appsync_local.javascript.validation import CodeProblem

PATH: Final = "/v1/dataplane-evaluatecode"
RUNTIME: Final = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
_HANDLERS: Final = frozenset({"request", "response"})
_TOLD_WITHOUT_KIND: Final = frozenset({"PARSE_ERROR", "LINT_ERROR", "MISSING_MAPPING_EXPORT"})
_MAXIMUM_CODE_BYTES: Final = 32_768
_MAXIMUM_CONTEXT_BYTES: Final = 28_000


async def evaluate_code(request: dict[str, Any], runtime: JavaScriptRuntime) -> dict[str, Any]:
    """Evaluate a handler as EvaluateCode does.

    Args:
        request: ``{"runtime", "code", "context" (a string of JSON), "function" ("request" or "response")}``.
        runtime: runs the code.

    Returns:
        ``{"evaluationResult", "logs", "stash", "outErrors"}``, JSON in strings, and ``error`` if it failed:
        ``{"message"}`` for a failed handler, ``{"message", "codeErrors"}`` for code that AppSync does not accept.

    Raises:
        AwsError: ``BadRequestException`` for an invalid request.
    """
    code, context = _checked(request)
    problems = await check_code(code, runtime=runtime)
    if problems:
        return {"logs": [], "error": _code_error(problems)}
    evaluation = await runtime.evaluate(code, request["function"], context)
    answer: dict[str, Any] = {
        "logs": evaluation.logs,
        "stash": json_text.dump(evaluation.stash),
        "outErrors": json_text.dump([_out_error(error) for error in evaluation.errors]),
    }
    if evaluation.failure is not None:
        answer["error"] = {"message": evaluation.failure.message}
    else:
        answer["evaluationResult"] = json_text.dump(evaluation.value)
    return answer


def _checked(request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    code, context = request.get("code"), request.get("context")
    if request.get("runtime") != RUNTIME:
        raise AwsError("BadRequestException", "The runtime must be APPSYNC_JS 1.0.0.")
    if request.get("function") not in _HANDLERS:
        raise AwsError("BadRequestException", 'The function must be "request" or "response".')
    if not isinstance(code, str) or not 0 < len(code.encode(errors="replace")) <= _MAXIMUM_CODE_BYTES:
        raise AwsError("BadRequestException", "The code must have 1 to 32768 bytes.")
    if not isinstance(context, str) or len(context.encode(errors="replace")) > _MAXIMUM_CONTEXT_BYTES:
        raise AwsError("BadRequestException", "The context must be a string of at most 28000 bytes.")
    try:
        parsed = json_text.load(context)
    except ValueError as error:
        raise AwsError("BadRequestException", "The context is not JSON.") from error
    if not isinstance(parsed, dict):
        raise AwsError("BadRequestException", "The context must be a JSON object.")
    return code, parsed


def _code_error(problems: list[CodeProblem]) -> dict[str, Any]:
    """Return the error of invalid code. TypeScript's message is unchanged; others begin with ``Error:``."""
    first = problems[0].type
    begin = "" if first == "PARSE_ERROR" else "Error: "
    end = "" if first in _TOLD_WITHOUT_KIND else f" [code: {first}]"
    return {
        "message": begin + "\n".join(problem.text for problem in problems) + end,
        "codeErrors": [problem.as_code_error() for problem in problems],
    }


def _out_error(error: FieldError) -> dict[str, Any]:
    parts = {"message": error.message, "errorType": error.type, "data": error.data, "errorInfo": error.info}
    return {name: value for name, value in parts.items() if value is not None}
