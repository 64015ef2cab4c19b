"""Tests of the Lambda data source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.api import Function
from appsync_local.backend import AwsError, FunctionResult
from appsync_local.fields import FieldError, Meter
from appsync_local_tests.resolvers.scripted_backend import ScriptedBackend, api_with, pipeline, unit

if TYPE_CHECKING:
    from appsync_local_tests.resolvers.conftest import Resolve


def code(returned: str) -> str:
    return (
        f"export function request(ctx) {{ return {returned}; }}\n"
        "export function response(ctx) { return [ctx.result, ctx.error ?? null]; }\n"
    )


def answered(value: object) -> FunctionResult:
    return FunctionResult(json.dumps(value).encode())


@pytest.mark.conforms("lambda.invoke")
async def test_invoke(resolve: Resolve) -> None:
    backend, meter = ScriptedBackend(answered({"b": 2})), Meter()
    outcome = await resolve(unit("worker", code("{ operation: 'Invoke', payload: { a: 1 } }")), backend, meter=meter)
    assert outcome.result == [{"b": 2}, None]
    assert backend.payloads == [{"a": 1}]
    assert (meter.function_invocations, meter.round_trips) == (1, 1)


@pytest.mark.conforms("lambda.invoke")
async def test_event_invocation_returns_null_at_once(resolve: Resolve) -> None:
    backend = ScriptedBackend()
    request = "{ operation: 'Invoke', invocationType: 'Event', payload: 1 }"
    assert (await resolve(unit("worker", code(request)), backend)).result == [None, None]
    assert backend.payloads == [1]


@pytest.mark.conforms("lambda.failures")
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            FunctionResult(b'{"errorMessage": "boom", "errorType": "ValueError"}', "Unhandled"),
            {"message": "boom", "type": "Lambda:Unhandled"},
        ),
        (FunctionResult(b'"text"', "Handled"), {"message": "text", "type": "Lambda:Handled"}),
        (
            FunctionResult(b"{}", "Unhandled"),
            {"message": "The function failed without a message.", "type": "Lambda:Unhandled"},
        ),
        (FunctionResult(b"no json"), {"message": "The function's answer is not JSON.", "type": "Lambda:Unhandled"}),
        (
            AwsError("TooManyRequestsException", "slow down"),
            {"message": "slow down", "type": "Lambda:TooManyRequestsException"},
        ),
    ],
)
async def test_failures(resolve: Resolve, answer: FunctionResult | AwsError, error: dict[str, str]) -> None:
    outcome = await resolve(unit("worker", code("{ operation: 'Invoke' }")), ScriptedBackend(answer))
    assert outcome.result == [None, error]


BATCH: list[tuple[Any, list[Any]]] = [
    ([{"a": 1}], [{"a": 1}, None]),
    ([{"data": {"a": 1}}], [{"a": 1}, None]),
    ([{"data": 5, "errorMessage": "no", "errorType": "Mine"}], [5, {"message": "no", "type": "Mine"}]),
    ([{"data": None, "errorMessage": "no"}], [None, {"message": "no", "type": "Lambda:Unhandled"}]),
]


@pytest.mark.conforms("lambda.batch-answers")
@pytest.mark.parametrize(("answer", "handed_on"), BATCH)
async def test_batch_invoke(resolve: Resolve, answer: object, handed_on: list[Any]) -> None:
    backend = ScriptedBackend(answered(answer))
    outcome = await resolve(unit("worker", code("{ operation: 'BatchInvoke', payload: 7 }")), backend)
    assert outcome.result == handed_on
    assert backend.payloads == [[7]]


@pytest.mark.conforms("lambda.batch-answers")
async def test_a_batch_response_of_a_different_size_is_an_error(resolve: Resolve) -> None:
    outcome = await resolve(unit("worker", code("{ operation: 'BatchInvoke' }")), ScriptedBackend(answered([1, 2])))
    assert outcome.result[1]["type"] == "Lambda:IllegalArgument"


@pytest.mark.conforms("lambda.direct")
async def test_a_direct_resolver_sends_the_context(resolve: Resolve) -> None:
    backend = ScriptedBackend(answered("result"))
    assert (await resolve(unit("worker", None), backend)).result == "result"
    (payload,) = backend.payloads
    assert set(payload) == {"arguments", "source", "identity", "request", "info", "prev", "stash"}
    assert payload["arguments"] == {"id": "1"}


async def test_a_direct_resolver_with_a_batch_size_sends_a_list(resolve: Resolve) -> None:
    backend = ScriptedBackend(answered(["result"]))
    assert (await resolve(unit("worker", None, max_batch_size=5), backend)).result == "result"
    assert isinstance(backend.payloads[0], list)


async def test_a_direct_resolver_fails_with_its_function(resolve: Resolve) -> None:
    backend = ScriptedBackend(FunctionResult(b'{"errorMessage": "boom"}', "Unhandled"))
    outcome = await resolve(unit("worker", None), backend)
    assert (outcome.failed, outcome.errors) == (True, [FieldError("boom", "Lambda:Unhandled")])


@pytest.mark.conforms("lambda.direct")
async def test_a_direct_function_in_a_pipeline_sees_stash_and_previous_result(resolve: Resolve) -> None:
    api = api_with(Function("direct", "direct", "worker", ""))
    resolver_code = (
        "export function request(ctx) { ctx.stash.a = 1; return 'before'; }\n"
        "export function response(ctx) { return ctx.prev.result; }\n"
    )
    backend = ScriptedBackend(answered("done"))
    assert (await resolve(pipeline(resolver_code, "direct"), backend, api=api)).result == "done"
    assert (backend.payloads[0]["stash"], backend.payloads[0]["prev"]) == ({"a": 1}, {"result": "before"})


async def test_only_lambda_functions_resolve_without_code(resolve: Resolve) -> None:
    outcome = await resolve(unit("table", None))
    assert "only a Lambda data source" in outcome.errors[0].message
