"""Tests of BatchInvoke: the items of a list share invocations."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.api import Function
from appsync_local.backend import FunctionResult
from appsync_local.batching import Batches
from appsync_local.fields import FieldOutcome, Meter
from appsync_local_tests.resolvers.scripted_backend import ScriptedBackend, api_with, field_request, pipeline, unit

if TYPE_CHECKING:
    from appsync_local.api import GraphqlApi, Resolver
    from appsync_local_tests.resolvers.conftest import Resolve

BATCH = """
import { util, runtime } from '@aws-appsync/utils';
export function request(ctx) {
  if (ctx.args.id === 'early') return runtime.earlyReturn('early');
  if (ctx.args.id === 'wrong') util.error('wrong', 'Wrong');
  if (ctx.args.id === 'single') return { operation: 'Invoke', payload: 'single' };
  return { operation: 'BatchInvoke', payload: ctx.args.id };
}
export function response(ctx) { return ctx.error ? ctx.error.type : ctx.result; }
"""
SKIPPING = """
import { runtime } from '@aws-appsync/utils';
export function request(ctx) {
  if (ctx.args.id === 'skip') return runtime.earlyReturn('skipped');
  return { operation: 'BatchInvoke', payload: ctx.args.id };
}
export function response(ctx) { return ctx.result; }
"""
AROUND = "export function request() { return {}; }\nexport function response(ctx) { return ctx.prev.result; }\n"


class Echo(ScriptedBackend):
    """A function that returns a list's items in upper case."""

    async def invoke_function(
        self, function_arn: str, payload: bytes, *, role_arn: str, event: bool, source_arn: str = ""
    ) -> FunctionResult:
        given = json.loads(payload)
        self.payloads.append(given)
        assert (event, source_arn) == (False, ""), (function_arn, role_arn)
        await asyncio.sleep(0)
        return FunctionResult(
            json.dumps([str(one).upper() for one in given] if isinstance(given, list) else 1).encode()
        )


async def _all(
    resolve: Resolve, resolver: Resolver, ids: list[str], *, api: GraphqlApi | None = None
) -> tuple[list[FieldOutcome], list[Any], Meter]:
    """Resolve the field concurrently for every item of a list; return the outcomes and the function's payloads."""
    backend, batches, meter = Echo(), Batches(), Meter()
    running = [
        resolve(resolver, backend, api=api, meter=meter, request=field_request(arguments={"id": one}, batches=batches))
        for one in ids
    ]
    return await asyncio.wait_for(asyncio.gather(*running), 60), backend.payloads, meter


@pytest.mark.conforms("lambda.batch")
async def test_the_items_of_a_list_share_one_invocation(resolve: Resolve) -> None:
    ids = [f"item{number}" for number in range(40)]
    outcomes, payloads, meter = await _all(resolve, unit("worker", BATCH, max_batch_size=100), ids)
    assert [outcome.result for outcome in outcomes] == [one.upper() for one in ids]
    assert sorted(payloads[0]) == sorted(ids)
    assert (len(payloads), meter.function_invocations, meter.round_trips) == (1, 1, 1)


@pytest.mark.conforms("lambda.batch")
@pytest.mark.parametrize(("size", "most"), [(0, 5), (1, 1), (7, 7)])
async def test_a_batch_has_at_most_the_configured_size(resolve: Resolve, size: int, most: int) -> None:
    ids = [f"item{number}" for number in range(12)]
    outcomes, payloads, _ = await _all(resolve, unit("worker", BATCH, max_batch_size=size), ids)
    assert [outcome.result for outcome in outcomes] == [one.upper() for one in ids]
    assert [len(payload) for payload in payloads] == [most] * (12 // most) + [12 % most] * bool(12 % most)


async def test_runs_without_a_call_do_not_delay_the_batch(resolve: Resolve) -> None:
    ids = ["a", "early", "b", "wrong", "single", "c"]
    outcomes, payloads, _ = await _all(resolve, unit("worker", BATCH, max_batch_size=10), ids)
    assert [outcome.result for outcome in outcomes] == ["A", "early", "B", None, 1, "C"]
    assert outcomes[3].errors[0].type == "Wrong"
    assert [sorted(payload) for payload in payloads if isinstance(payload, list)] == [["a", "b", "c"]]


async def test_functions_of_a_pipeline_do_not_deadlock(resolve: Resolve) -> None:
    api = api_with(
        Function("first", "first", "worker", SKIPPING, max_batch_size=10),
        Function("second", "second", "worker", SKIPPING.replace("'skip'", "'never'"), max_batch_size=10),
    )
    outcomes, payloads, _ = await _all(resolve, pipeline(AROUND, "first", "second"), ["a", "skip", "b"], api=api)
    assert [outcome.result for outcome in outcomes][0::2] == ["A", "B"]
    assert ["a", "b"] in [sorted(payload) for payload in payloads]


@pytest.mark.conforms("lambda.direct")
async def test_a_direct_resolver_batches_contexts(resolve: Resolve) -> None:
    outcomes, payloads, _ = await _all(resolve, unit("worker", None, max_batch_size=10), ["a", "b"])
    assert sorted(context["arguments"]["id"] for context in payloads[0]) == ["a", "b"]
    assert all(not outcome.failed for outcome in outcomes)


async def test_a_failed_batch_fails_all_its_calls(resolve: Resolve) -> None:
    batches = Batches()
    backend = ScriptedBackend(FunctionResult(b'{"errorMessage": "boom"}', "Unhandled"))
    resolver = unit("worker", BATCH, max_batch_size=10)
    requests = [field_request(arguments={"id": one}, batches=batches) for one in "ab"]
    outcomes = await asyncio.gather(*(resolve(resolver, backend, request=request) for request in requests))
    assert [outcome.result for outcome in outcomes] == ["Lambda:Unhandled"] * 2


async def test_the_end_of_an_operation_cancels_its_batches() -> None:
    batches, started, ended = Batches(), asyncio.Event(), asyncio.Event()

    async def never(_payloads: list[Any]) -> list[Any]:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return []

    batches.expect("key")
    call = asyncio.create_task(batches.call("key", 1, most=5, send=never))
    await started.wait()
    batches.cancel()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    await asyncio.wait_for(ended.wait(), 60)
