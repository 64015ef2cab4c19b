"""The data plane answers as AWS was recorded to answer; sources are in ``tests/conformance/recorded``."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from local.appsync.backend import AwsError
from local.appsync.datasources.call import call_data_source
from local.appsync.datasources.result import RequestProblemError
from local.appsync.fields import Meter
from tests.conformance.recorded import Recorded, recorded_values
from tests.helpers.conformance import conforms
from tests.unit.appsync.fakes import FakeApi, FakeResolvers, connected, plane_for, post, request_raw, token
from tests.unit.appsync.resolvers.scripted_backend import ScriptedBackend, api_with

SDL = "type Query { name: String } type Subscription { onName: String }"
REQUEST_ID = re.compile(r"Request ID: [0-9A-Z]{52}\)$")


def _cases(values: list[Recorded]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("value", values, ids=[value.name for value in values])


def _check(value: Recorded, answered: object) -> None:
    """A known difference must be one: once it is gone, the page should not list it any more."""
    assert (answered == value.expected) is (value.difference is None), answered


@conforms("execution.validation", "execution.variables", "execution.serialization", "schema.scalars")
@_cases(recorded_values("errors"))
async def test_errors_of_operations(value: Recorded) -> None:
    resolvers = FakeResolvers()
    for field, result in value.input.get("resolved", {}).items():
        resolvers.on("Query", field)(lambda _, result=result: result)
    plane, _ = plane_for(FakeApi(value.input["sdl"], resolvers=list(resolvers.functions)), resolvers)
    response = await post(plane, value.input["query"], value.input.get("variables"))
    assert response.status == 200
    if "messages" in value.expected:  # only the messages were published
        _check(value, {"messages": [error["message"] for error in response.body.get("errors", [])]})
    else:
        _check(value, response.body)


@conforms("dynamodb.elements", "dynamodb.refusals", "dynamodb.tokens")
@_cases(recorded_values("DynamoDB data source"))
async def test_errors_of_dynamodb(value: Recorded) -> None:
    api, refusal = api_with(), value.input.get("refusal")
    backend = ScriptedBackend(*([AwsError(*refusal)] if refusal else []))
    try:
        result = await call_data_source(
            api, api.data_sources["table"], value.input["request"], backend=backend, meter=Meter()
        )
    except RequestProblemError as problem:
        _check(value, {"message": str(problem), "type": problem.type})
    else:
        assert result.error is not None
        message = REQUEST_ID.sub("Request ID: ...)", result.error.message)
        _check(value, {"message": message, "type": result.error.type})


@conforms("execution.malformed", "operations.http")
@_cases(recorded_values("HTTP"))
async def test_answers_over_http(value: Recorded) -> None:
    plane, _ = plane_for(FakeApi(SDL))
    response = await request_raw(
        plane,
        value.input.get("body", "").encode(),
        {"authorization": token(), "content-type": "application/json"},
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


@conforms("realtime.errors")
@_cases(recorded_values("real-time"))
async def test_refused_subscriptions(value: Recorded) -> None:
    sent = json.loads(json.dumps(value.input["sent"]))
    if "extensions" in sent["payload"]:
        sent["payload"]["extensions"]["authorization"] = {"host": "localhost", "Authorization": token()}
    plane, _ = plane_for(FakeApi(value.input["sdl"]))
    socket = await connected(plane)
    socket.send(sent)
    _check(value, await socket.message())
