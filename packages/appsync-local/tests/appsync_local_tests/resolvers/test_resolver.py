"""Tests of unit and pipeline resolvers: execution order, context and results."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.api import Function
from appsync_local.backend import AwsError
from appsync_local.fields import FieldError, Meter
from appsync_local_tests.resolvers.scripted_backend import ScriptedBackend, api_with, field_request, pipeline, unit

if TYPE_CHECKING:
    from appsync_local.javascript.evaluation import Evaluation
    from appsync_local.javascript.runtime import JavaScriptRuntime, Position
    from appsync_local_tests.resolvers.conftest import Resolve

IMPORTS = "import { util, runtime, extensions } from '@aws-appsync/utils';\n"
GET = "{ operation: 'GetItem', key: { id: { S: ctx.args.id } } }"


def code(request: str = "return {};", response: str = "return ctx.result;") -> str:
    return f"{IMPORTS}export function request(ctx) {{ {request} }}\nexport function response(ctx) {{ {response} }}\n"


def function(name: str, request: str, response: str = "return ctx.result;", source: str = "none") -> Function:
    return Function(name, name, source, code(request, response))


@pytest.mark.conforms("sources.none")
async def test_a_unit_resolver_calls_its_data_source_between_its_handlers(resolve: Resolve) -> None:
    backend = ScriptedBackend({"Item": {"id": {"S": "1"}, "n": {"N": "2"}}})
    outcome = await resolve(unit("table", code(f"return {GET};", "return ctx.result.n + 1;")), backend)
    assert (outcome.result, outcome.failed, outcome.errors) == (3, False, [])
    assert backend.asked == [("GetItem", {"TableName": "t", "Key": {"id": {"S": "1"}}, "ConsistentRead": False})]


@pytest.mark.conforms("sources.none")
@pytest.mark.parametrize(
    ("request_body", "result"),
    [("return { payload: [1, null] };", [1, None]), ("return {};", None), ("return null;", None), ("", None)],
)
async def test_none_returns_the_payload(resolve: Resolve, request_body: str, result: object) -> None:
    outcome = await resolve(unit("none", code(request_body, "return { got: ctx.result, failed: ctx.error };")))
    assert (outcome.result, outcome.failed) == ({"got": result}, False)


@pytest.mark.parametrize("request_body", ["return 'text';", "return [1];", "return 5;"])
async def test_none_accepts_only_objects(resolve: Resolve, request_body: str) -> None:
    outcome = await resolve(unit("none", code(request_body)))
    assert outcome.errors == [FieldError("The request handler must return an object.", "MappingTemplate")]


async def test_consecutive_handlers_run_in_one_call(
    resolve: Resolve, runtime: JavaScriptRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    advance = runtime.advance

    async def counted(steps: Any, position: Position, *rest: Any, **named: Any) -> Evaluation:  # noqa: ANN401
        calls.append(position.at)
        return await advance(steps, position, *rest, **named)

    monkeypatch.setattr(runtime, "advance", counted)
    around = function("around", "ctx.stash.n += 1; util.appendError('careful'); return { payload: 1 };")
    api = api_with(around, function("read", f"return {GET};", source="table"))
    resolver = pipeline(code("ctx.stash.n = 0; return null;", "return ctx.stash.n;"), *["around"] * 3, "read", "around")
    outcome = await resolve(resolver, ScriptedBackend({}), api=api)
    assert (outcome.result, len(outcome.errors)) == (4, 4)
    assert calls == [0, 4]


@pytest.mark.conforms("javascript.context")
async def test_handlers_receive_the_context(resolve: Resolve) -> None:
    seen = "[ctx.args.id, ctx.arguments.id, ctx.source, ctx.identity, ctx.request.headers, ctx.info.fieldName, ctx.env]"
    outcome = await resolve(unit("none", code(f"return {{ payload: {seen} }};")))
    assert outcome.result == ["1", "1", {"parent": True}, {"sub": "alice"}, {"x-a": "b"}, "field", {"STAGE": "test"}]


@pytest.mark.conforms("javascript.context")
async def test_only_the_stash_is_passed_on(resolve: Resolve) -> None:
    outcome = await resolve(
        unit(
            "none",
            code(
                "ctx.stash.a = 1; ctx.args.id = 'changed'; ctx.extra = 1; return {};",
                "return [ctx.stash.a, ctx.args.id, ctx.extra];",
            ),
        )
    )
    assert outcome.result == [1, "1", None]


@pytest.mark.conforms("javascript.pipeline")
async def test_a_pipeline_passes_results_and_stash(resolve: Resolve) -> None:
    api = api_with(
        function(
            "one", "return { payload: ctx.prev.result + 1 };", "ctx.stash.one = ctx.result; return ctx.result * 10;"
        ),
        function("two", "return { payload: [ctx.prev.result, ctx.stash.one] };"),
    )
    resolver = pipeline(
        code("ctx.stash.before = 1; return 4;", "return [ctx.result, ctx.prev.result, ctx.stash];"), "one", "two"
    )
    outcome = await resolve(resolver, api=api)
    assert outcome.result == [[50, 5], [50, 5], {"before": 1, "one": 5}]


@pytest.mark.conforms("javascript.pipeline")
async def test_a_function_may_appear_twice(resolve: Resolve) -> None:
    api = api_with(function("add", "return { payload: ctx.prev.result + 1 };"))
    resolver = pipeline(code("return 0;", "return ctx.prev.result;"), "add", "add", "add")
    assert (await resolve(resolver, api=api)).result == 3


@pytest.mark.conforms("javascript.early-return")
async def test_early_return_in_a_function_skips_its_source_and_response(resolve: Resolve) -> None:
    backend = ScriptedBackend()
    api = api_with(
        function("skip", "runtime.earlyReturn('early'); ", "util.error('not reached');", source="table"),
        function("next", "return { payload: [ctx.prev.result] };"),
    )
    resolver = pipeline(code("return {};", "return ctx.prev.result;"), "skip", "next")
    assert (await resolve(resolver, backend, api=api)).result == ["early"]
    assert backend.asked == []


@pytest.mark.conforms("javascript.early-return")
async def test_early_return_to_the_end_skips_the_rest(resolve: Resolve) -> None:
    api = api_with(
        function("end", "runtime.earlyReturn('early', { skipTo: 'END' });"),
        function("never", "util.error('not reached');"),
    )
    resolver = pipeline(code("return {};", "return ['after', ctx.prev.result];"), "end", "never")
    assert (await resolve(resolver, api=api)).result == ["after", "early"]


async def test_early_return_in_a_response_ends_that_handler(resolve: Resolve) -> None:
    api = api_with(
        function("one", "return {};", "runtime.earlyReturn('early'); return 'late';"),
        function(
            "two", "return { payload: [ctx.prev.result] };", "runtime.earlyReturn(ctx.result, { skipTo: 'END' });"
        ),
        function("never", "util.error('not reached');"),
    )
    resolver = pipeline(code("return {};", "return ctx.prev.result;"), "one", "two", "never")
    assert (await resolve(resolver, api=api)).result == ["early"]


async def test_early_return_before_the_pipeline_skips_it(resolve: Resolve) -> None:
    api = api_with(function("never", "util.error('not reached');"))
    resolver = pipeline(code("runtime.earlyReturn('early');", "return ['after', ctx.prev.result];"), "never")
    assert (await resolve(resolver, api=api)).result == ["after", "early"]


async def test_early_return_in_a_unit_resolver_is_its_result(resolve: Resolve) -> None:
    outcome = await resolve(unit("table", code("runtime.earlyReturn({ a: 1 });", "util.error('not reached');")))
    assert outcome.result == {"a": 1}


@pytest.mark.conforms("javascript.error")
async def test_error_ends_the_pipeline(resolve: Resolve) -> None:
    api = api_with(
        function("fails", "return {};", "util.error('no', 'Mine', { a: 1 }, { b: 2 });"),
        function("never", "util.error('not reached');"),
    )
    outcome = await resolve(pipeline(code("return {};", "util.error('not reached');"), "fails", "never"), api=api)
    assert (outcome.failed, outcome.result) == (True, None)
    assert outcome.errors == [FieldError("no", "Mine", {"a": 1}, {"b": 2})]


@pytest.mark.conforms("javascript.append-error")
async def test_appended_errors_accompany_the_result_and_precede_the_fatal_error(resolve: Resolve) -> None:
    request = "util.appendError('first', 'A'); return {};"
    outcome = await resolve(unit("none", code(request, "util.appendError('second'); return ctx.outErrors.length;")))
    assert (outcome.result, outcome.failed) == (1, False)  # of the earlier handlers
    assert [error.message for error in outcome.errors] == ["first", "second"]
    outcome = await resolve(unit("none", code(request, "util.error('last');")))
    assert ([error.message for error in outcome.errors], outcome.failed) == (["first", "last"], True)


async def test_a_source_error_reaches_the_response_handler(resolve: Resolve) -> None:
    backend = ScriptedBackend(AwsError("ValidationException", "bad key"))
    outcome = await resolve(unit("table", code(f"return {GET};", "return [ctx.error, ctx.result];")), backend)
    error, result = outcome.result
    assert (error["message"].split(" (")[0], error["type"], result) == ("bad key", "DynamoDB:DynamoDbException", None)
    assert not outcome.failed


async def test_an_error_is_not_passed_to_the_next_function(resolve: Resolve) -> None:
    api = api_with(
        function("fails", f"return {GET};", "return ctx.error.type;", source="table"),
        function("next", "return { payload: [ctx.prev.result, ctx.error ?? null] };"),
    )
    backend = ScriptedBackend(AwsError("ResourceNotFoundException", "no table"))
    outcome = await resolve(pipeline(code("return {};", "return ctx.result;"), "fails", "next"), backend, api=api)
    assert outcome.result == ["DynamoDB:ResourceNotFoundException", None]


async def test_code_errors_have_type_code(resolve: Resolve) -> None:
    outcome = await resolve(unit("none", code("return ctx.nothing.at.all;")))
    assert outcome.failed
    assert outcome.errors[0].type == "Code"
    assert "TypeError" in outcome.errors[0].message


@pytest.mark.conforms("dynamodb.bad-requests")
@pytest.mark.parametrize(
    ("source", "returned", "message"),
    [
        ("table", "null", "must return an object"),
        ("table", "{}", "'$[operation]' not found"),
        ("table", "{ operation: 'Get' }", "Unsupported operation 'Get'."),
        ("table", "{ operation: 'GetItem' }", "'$[key]' not found"),
        ("table", "{ operation: 'GetItem', key: { id: '1' } }", "attribute value '$[key][id]' but got a 'STRING'"),
        ("table", "{ operation: 'GetItem', key: { id: { L: [true] } } }", "attribute value '$' but got a 'BOOLEAN'"),
        ("table", "{ operation: 'GetItem', key: 1 }", "Expected JSON object for '$[key]' but got a 'NUMBER' instead."),
        ("table", "{ operation: 'GetItem', key: { id: {} } }", "Not an attribute value"),
        (
            "table",
            "{ operation: 'PutItem', key: {}, condition: { expression: 'a', expressionValues: { ':a': null } } }",
            "attribute value '$[condition][expressionValues][:a]' but got a 'NULL' instead.",
        ),
        ("table", "{ operation: 'GetItem', key: { id: { X: '1' } } }", "Unknown attribute value type"),
        ("table", "{ operation: 'GetItem', key: { id: { N: NaN } } }", "Not a number"),
        ("table", "{ operation: 'GetItem', key: { id: { S: 1 } } }", "Not a string"),
        ("worker", "{ operation: 'Call' }", "Unsupported operation 'Call'."),
        ("worker", "{ operation: 'Invoke', invocationType: 'Later' }", "invocationType"),
        ("worker", "{ operation: 'Invoke', invocationType: {} }", "string for '$[invocationType]' but got a 'OBJECT'"),
        ("table", "{ operation: 'Scan', limit: 'x' }", "integer for '$[limit]' but got a 'STRING'"),
    ],
)
async def test_requests_that_are_invalid_for_the_source(
    resolve: Resolve, source: str, returned: str, message: str
) -> None:
    outcome = await resolve(unit(source, code(f"return {returned};", "return 'not reached';")))
    assert outcome.failed
    assert outcome.errors[-1].type == "MappingTemplate"
    assert message in outcome.errors[-1].message


@pytest.mark.conforms("missing.sources")
async def test_unsupported_data_sources_fail_with_not_run_locally(resolve: Resolve) -> None:
    outcome = await resolve(unit("web", code("return { method: 'GET' };", "return 'not reached';")))
    message = "The data source web is of type HTTP, which is not run locally."
    assert (outcome.failed, outcome.errors) == (True, [FieldError(message, "NotRunLocally")])
    sync = await resolve(unit("table", code("return { operation: 'Sync' };")))
    assert sync.errors[0].type == "NotRunLocally"


async def test_missing_functions_and_sources_are_named(resolve: Resolve) -> None:
    missing_function = await resolve(pipeline(code(), "gone"))
    assert "gone" in missing_function.errors[0].message
    missing_source = await resolve(unit("gone", code()))
    assert "gone" in missing_source.errors[0].message
    assert missing_source.failed


@pytest.mark.conforms("javascript.extensions")
async def test_extensions_and_headers_are_collected_over_the_pipeline(resolve: Resolve) -> None:
    api = api_with(
        function("one", "util.http.addResponseHeader('a', '1'); return {};"),
        function("two", "util.http.addResponseHeader('b', '2'); return {};"),
    )
    after = """
        extensions.setSubscriptionFilter({ filterGroup: [] });
        extensions.invalidateSubscriptions({ subscriptionField: 'f', payload: { a: 1 } });
        return null;
    """
    outcome = await resolve(pipeline(code("return {};", after), "one", "two"), api=api)
    assert outcome.response_headers == {"a": "1", "b": "2"}
    assert outcome.subscription_filter == {"filterGroup": []}
    assert outcome.invalidations == [{"subscriptionField": "f", "payload": {"a": 1}}]


async def test_a_pipeline_without_functions_or_code(resolve: Resolve) -> None:
    assert (await resolve(pipeline(code("return 1;", "return [ctx.prev.result];")))).result == [1]
    api = api_with(function("one", "return { payload: 'x' };"))
    assert (await resolve(pipeline(None, "one"), api=api)).result == "x"


async def test_round_trips_are_counted(resolve: Resolve) -> None:
    api = api_with(
        function("one", f"return {GET};", source="table"),
        function("two", "return {};"),
        function("three", f"return {GET};", source="table"),
    )
    meter = Meter()
    backend = ScriptedBackend({}, {})
    await resolve(pipeline(code(), "one", "two", "three"), backend, api=api, meter=meter)
    assert (meter.round_trips, meter.read_units) == (2, 1.0)


async def test_arguments_of_any_shape(resolve: Resolve) -> None:
    request = field_request(arguments={"text": 'a\n"\u2028\ud800', "n": 2**53, "f": 0.1, "nan": None})
    outcome = await resolve(unit("none", code("return { payload: ctx.args };")), request=request)
    assert outcome.result == {"text": 'a\n"\u2028\ud800', "n": 2**53, "f": 0.1, "nan": None}
    broken = await resolve(unit("none", code()), request=field_request(arguments={"n": float("nan")}))
    assert broken.failed


@pytest.mark.conforms("javascript.evict")
async def test_an_eviction_from_the_cache_is_accepted_and_logged(
    resolve: Resolve, caplog: pytest.LogCaptureFixture
) -> None:
    code = (
        "import { extensions } from '@aws-appsync/utils';\n"
        "export function request() { return { payload: 1 }; }\n"
        "export function response(ctx) {\n"
        "  extensions.evictFromApiCache('Query', 'item', { 'context.arguments.id': '1' });\n"
        "  return ctx.result;\n"
        "}\n"
    )
    with caplog.at_level(logging.INFO, "appsync_local.resolver"):
        outcome = await resolve(unit("none", code))
    assert (outcome.result, outcome.errors) == (1, [])
    assert "evictFromApiCache" in caplog.text


@pytest.mark.conforms("javascript.evaluated-size")
async def test_a_handler_returns_at_most_5_mb(resolve: Resolve) -> None:
    code = (
        "export function request(ctx) { return { payload: ctx.args.text }; }\n"
        "export function response(ctx) { return ctx.result.length; }\n"
    )
    small = await resolve(unit("none", code), request=field_request(arguments={"text": "x" * 5_000_000}))
    assert small.result == 5_000_000
    large = await resolve(unit("none", code), request=field_request(arguments={"text": "x" * 5_300_000}))
    assert (large.failed, large.errors[0].message) == (True, "A handler may return at most 5 MB")
