"""Tests that with any result of a request handler, the resolver reports an error or calls AWS and never raises."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appsync_local.backend import AwsError
from appsync_local.datasources.call import call_data_source
from appsync_local.datasources.result import RequestProblemError, SourceResult
from appsync_local.fields import Meter
from appsync_local_tests.resolvers.scripted_backend import ScriptedBackend, api_with

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = {"id": {"S": "1"}}
EXPRESSION = {"expression": "#a = :a", "expressionNames": {"#a": "a"}, "expressionValues": {":a": {"N": 1}}}
CONDITION = {**EXPRESSION, "equalsIgnore": ["a"], "conditionalCheckFailedHandler": {"strategy": "Reject"}}

WELL_FORMED: list[dict[str, Any]] = [
    {"operation": "GetItem", "key": KEY, "projection": EXPRESSION, "consistentRead": True},
    {"operation": "PutItem", "key": KEY, "attributeValues": {"a": {"L": [{"N": 1}]}}, "condition": CONDITION},
    {"operation": "UpdateItem", "key": KEY, "update": EXPRESSION, "condition": CONDITION},
    {"operation": "DeleteItem", "key": KEY, "condition": CONDITION},
    {"operation": "Query", "query": EXPRESSION, "filter": EXPRESSION, "index": "i", "nextToken": "x", "limit": 1},
    {"operation": "Scan", "filter": EXPRESSION, "projection": EXPRESSION},
    {"operation": "BatchGetItem", "tables": {"t": {"keys": [KEY], "projection": EXPRESSION}}},
    {"operation": "BatchPutItem", "tables": {"t": [KEY]}},
    {"operation": "BatchDeleteItem", "tables": {"t": [KEY]}},
    {"operation": "TransactGetItems", "transactItems": [{"table": "t", "key": KEY, "projection": EXPRESSION}]},
    {
        "operation": "TransactWriteItems",
        "transactItems": [
            {"table": "t", "operation": "PutItem", "key": KEY, "attributeValues": KEY, "condition": EXPRESSION},
            {"table": "t", "operation": "UpdateItem", "key": KEY, "update": EXPRESSION},
        ],
    },
]

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just([None]),
    st.just({"": None}),
    st.just({"S": {}}),
    st.just({"strategy": "Custom"}),
)


class AnythingGoes(ScriptedBackend):
    """Answers every call as its operation does for empty tables, or with a failed condition."""

    def __init__(self, *, refusing: bool) -> None:
        super().__init__()
        self._refusing = refusing

    async def dynamodb(self, action: str, request: dict[str, Any], **_: str) -> dict[str, Any]:
        if self._refusing and "ConditionExpression" in request:
            raise AwsError("ConditionalCheckFailedException", "no", {"Item": {"id": {"S": "1"}}})
        return {"Responses": []} if action == "TransactGetItems" else {}


def _places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _places(child, (*path, key))


@st.composite
def odd_requests(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a valid request with one to three replaced values."""
    request: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(WELL_FORMED)))
    for _ in range(draw(st.integers(1, 3))):
        places = [place for place in _places(request) if place != ("operation",)]
        if not places:
            break
        *parents, last = draw(st.sampled_from(places))
        holder: Any = request
        for key in parents:
            holder = holder[key]
        holder[last] = copy.deepcopy(draw(ODD))
    return request


@pytest.mark.conforms("dynamodb.bad-requests")
@given(request=odd_requests(), refusing=st.booleans())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_random_requests_never_raise(request: dict[str, Any], refusing: bool) -> None:
    api = api_with()
    backend = AnythingGoes(refusing=refusing)
    try:
        result = await call_data_source(api, api.data_sources["table"], request, backend=backend, meter=Meter())
    except RequestProblemError:
        return
    assert isinstance(result, SourceResult)


@given(request=ODD)
@settings(max_examples=50, deadline=None)
async def test_odd_values_instead_of_requests(request: object) -> None:
    api = api_with()
    for source in api.data_sources.values():
        if source.type in {"HTTP", "AWS_LAMBDA"} and isinstance(request, dict):
            continue
        try:
            await call_data_source(api, source, request, backend=AnythingGoes(refusing=False), meter=Meter())
        except RequestProblemError:
            continue
