"""Tests of EvaluateCode on the real JavaScript runtime."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.backend import AwsError
from appsync_local.evaluate_code import evaluate_code
from appsync_local.javascript.runtime import JavaScriptRuntime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CODE = """
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  console.log('asked for ' + ctx.args.id);
  ctx.stash.seen = true;
  util.appendError('careful', 'Warning');
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ id: ctx.args.id }) };
}
export function response(ctx) { return util.error('broken', 'Broken'); }
"""


THROWING = """export function request(ctx) {
  throw 'x';
}
export function response(ctx) {}
"""


@pytest.fixture(scope="module")
async def runtime() -> AsyncIterator[JavaScriptRuntime]:
    async with JavaScriptRuntime(threads=1) as runtime:
        yield runtime


def _request(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a caller might send
    return {
        "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
        "code": CODE,
        "context": json.dumps({"arguments": {"id": "1"}}),
        "function": "request",
        **changes,
    }


@pytest.mark.conforms("javascript.evaluate-code")
async def test_a_handler_is_evaluated(runtime: JavaScriptRuntime) -> None:
    answer = await evaluate_code(_request(), runtime)
    assert json.loads(answer["evaluationResult"]) == {"operation": "GetItem", "key": {"id": {"S": "1"}}}
    assert json.loads(answer["stash"]) == {"seen": True}
    assert json.loads(answer["outErrors"]) == [{"message": "careful", "errorType": "Warning"}]
    assert "asked for 1" in answer["logs"][0]
    assert "error" not in answer


async def test_an_error_of_the_handler_is_told(runtime: JavaScriptRuntime) -> None:
    answer = await evaluate_code(_request(function="response"), runtime)
    assert answer["error"] == {"message": "broken"}
    assert "evaluationResult" not in answer


async def test_rejected_code_is_reported_with_its_position(runtime: JavaScriptRuntime) -> None:
    answer = await evaluate_code(_request(code=THROWING), runtime)
    assert answer["error"]["codeErrors"][0]["location"]["line"] == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"runtime": None},
        {"function": "other"},
        {"code": ""},
        {"code": "x" * 32_769},
        {"context": {}},
        {"context": "{"},
        {"context": "[]"},
    ],
)
async def test_a_request_that_is_none_is_refused(runtime: JavaScriptRuntime, changes: dict[str, Any]) -> None:
    with pytest.raises(AwsError, match="BadRequestException"):
        await evaluate_code(_request(**changes), runtime)
