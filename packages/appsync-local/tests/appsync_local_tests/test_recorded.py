"""Compares the data plane with recorded responses of AWS; sources are in ``tests/recorded``."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from appsync_local.backend import AwsError, FunctionResult
from appsync_local.datasources.call import call_data_source
from appsync_local.datasources.result import RequestProblemError
from appsync_local.fields import FieldOutcome, Meter
from appsync_local_tests.fakes import FakeApi, FakeResolvers, connected, plane_for, post, request_raw, token
from appsync_local_tests.recorded import Recorded, recorded_values
from appsync_local_tests.resolvers.scripted_backend import ScriptedBackend, api_with

SDL = "type Query { name: String } type Subscription { onName: String }"
REQUEST_ID = re.compile(r"Request ID: [0-9A-Z]{52}\)$")


def _cases(values: list[Recorded]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("value", values, ids=[value.name for value in values])


def _check(value: Recorded, answered: object) -> None:
    """Compare a response with the recorded value. A known difference must still exist, so that its entry is current."""
    assert (answered == value.expected) is (value.difference is None), answered


@pytest.mark.conforms(
    "execution.validation",
    "execution.variables",
    "execution.serialization",
    "execution.resolver-count",
    "authorization.directives",
    "schema.scalars",
)
@_cases(recorded_values("errors"))
async def test_errors_of_operations(value: Recorded) -> None:
    resolvers = FakeResolvers()
    for field, result in value.input.get("resolved", {}).items():
        resolvers.on("Query", field)(lambda _, result=result: result)
    settings = value.input.get("settings", {})
    api = FakeApi(value.input["sdl"], resolvers=list(resolvers.functions), settings=settings)
    plane, _ = plane_for(api, resolvers)
    response = await post(plane, value.input["query"], value.input.get("variables"))
    assert response.status == 200
    if "messages" in value.expected:  # only messages, or types and messages, were published
        errors = response.body.get("errors", [])
        published = {"messages": [error["message"] for error in errors]}
        if "types" in value.expected:
            published["types"] = [error["errorType"] for error in errors]
        _check(value, published)
    else:
        _check(value, response.body)


def _scripted(given: dict[str, Any]) -> ScriptedBackend:
    if "refusal" in given:
        return ScriptedBackend(AwsError(*given["refusal"]))
    if "failure" in given:
        return ScriptedBackend(FunctionResult(json.dumps(given["failure"]).encode(), "Unhandled"))
    return ScriptedBackend()


@pytest.mark.conforms("dynamodb.elements", "dynamodb.refusals", "dynamodb.tokens", "lambda.failures")
@_cases(recorded_values("data sources"))
async def test_errors_of_data_sources(value: Recorded) -> None:
    api, given = api_with(), value.input
    source = api.data_sources[given.get("source", "table")]
    try:
        result = await call_data_source(api, source, given["request"], backend=_scripted(given), meter=Meter())
    except RequestProblemError as problem:
        _check(value, {"message": str(problem), "type": problem.type})
    else:
        assert result.error is not None
        message = REQUEST_ID.sub("Request ID: ...)", result.error.message)
        _check(value, {"message": message, "type": result.error.type})


@pytest.mark.conforms("execution.malformed", "operations.http", "authorization.401")
@_cases(recorded_values("HTTP"))
async def test_http_responses_are_those_of_aws(value: Recorded) -> None:
    plane, _ = plane_for(FakeApi(SDL))
    response = await request_raw(
        plane,
        value.input.get("body", "").encode(),
        value.input.get("headers", {"authorization": token(), "content-type": "application/json"}),
        path=value.input.get("path", "/graphql"),
        method=value.input.get("method", "POST"),
    )
    answered: dict[str, Any] = {"status": response.status}
    if "text" in value.expected:
        answered["text"] = response.text
    else:
        answered["body"] = json.loads(response.text)
        assert response.headers["x-amzn-errortype"] == answered["body"]["errors"][0]["errorType"]
        assert response.headers["x-amzn-requestid"]
    _check(value, answered)


def _filtering(given: dict[str, Any]) -> FakeResolvers:
    resolvers = FakeResolvers()
    if "filter" in given:
        resolvers.on("Subscription", "onCreateMessage")(lambda _: FieldOutcome(subscription_filter=given["filter"]))
    return resolvers


@pytest.mark.conforms("realtime.errors", "realtime.authorization", "realtime.filters")
@_cases(recorded_values("real-time"))
async def test_refused_subscriptions(value: Recorded) -> None:
    sent = json.loads(json.dumps(value.input["sent"]))
    if "extensions" in sent["payload"]:
        sent["payload"]["extensions"]["authorization"] = {"host": "localhost", "Authorization": token()}
    resolvers = _filtering(value.input)
    plane, _ = plane_for(FakeApi(value.input["sdl"], resolvers=list(resolvers.functions)), resolvers)
    socket = await connected(plane)
    socket.send(sent)
    _check(value, await socket.message())
