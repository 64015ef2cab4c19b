"""Fuzzes documents, bodies, frames and tokens: no response has status 500 or a traceback, and no state is left behind.

The default run is short; ``CHAT_FUZZ_EXAMPLES=10000 python -m pytest`` in the package's folder is a long run.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import re
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appsync_local_tests.fakes import (
    FOREIGN_KEY,
    FakeApi,
    FakeResolvers,
    Json,
    connected,
    leaving_no_task,
    open_socket,
    plane_for,
    request_raw,
    token,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from appsync_local.fields import FieldRequest
    from appsync_local.server import AppSyncDataPlane

SDL = """
type Query {
  item(id: ID!, n: Int, f: Float, j: AWSJSON, at: AWSDateTime, in: In): Item
  items(limit: Int): [Item!]!
  any: Any
}
type Mutation { put(in: In!): Item drop: Boolean }
type Subscription {
  onPut(id: ID, n: Int): Item @aws_subscribe(mutations: ["put"])
  onDrop: Boolean @aws_subscribe(mutations: ["drop"])
}
type Item { id: ID! n: Int! f: Float name: String parent: Item items: [Item!] kind: Kind j: AWSJSON }
type Other { id: ID! } union Any = Item | Other
enum Kind { A B } input In { id: ID! n: Int = 1 kind: Kind more: [In!] j: AWSJSON }
"""
QUICK = settings(
    max_examples=int(os.environ.get("CHAT_FUZZ_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
VOCABULARY = re.findall(
    r"\S+",
    """
    query mutation subscription fragment on { } ( ) [ ] ! $ @ ... : = | & # , "x" 1 -1.5e3 true null A F \x00 \ufeff
    item items any put drop onPut onDrop id n f j name parent kind in at limit __typename __schema __type Item Other Any
    In Query Mutation @include(if:$a) @skip(if:true) ($a:Int) $a (id:1) (in:{id:1}) {id} {id,n} ...F ...{id} "unclosed
    """,
)
WORDS = st.sampled_from(VOCABULARY)
DOCUMENTS = st.lists(WORDS, max_size=30).map(" ".join)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FRAMES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["start", "stop", "connection_init", "ka", "data"]) | VALUES,
        "id": st.sampled_from(["1", "2"]) | VALUES,
        "payload": VALUES
        | st.fixed_dictionaries(
            {},
            optional={
                "data": st.builds(
                    lambda query, variables: json.dumps({"query": query, "variables": variables}), DOCUMENTS, VALUES
                ),
                "extensions": st.just({"authorization": {"Authorization": token()}}) | VALUES,
            },
        ),
    },
)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def plane(caplog: pytest.LogCaptureFixture) -> AsyncIterator[AppSyncDataPlane]:
    resolvers = FakeResolvers()
    resolvers.on("Query", "item")(_item)
    resolvers.on("Query", "items")(lambda request: [_item(request)])
    resolvers.on("Query", "any")(lambda _: {"__typename": "Item", "id": "1"})
    resolvers.on("Mutation", "put")(_item)
    resolvers.on("Item", "parent")(_item)
    fields = [*resolvers.functions, ("Subscription", "none")]
    plane, _ = plane_for(FakeApi(SDL, resolvers=fields), resolvers)
    await plane.start()
    async with leaving_no_task():
        with caplog.at_level(logging.ERROR):
            yield plane
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR], caplog.text
        await plane.close()


def _item(request: FieldRequest) -> Json:
    arguments = request.arguments.get("in") or request.arguments
    return {"id": arguments.get("id"), "n": arguments.get("n"), "name": arguments, "items": [{"id": 1}], "j": arguments}


async def _answered(plane: AppSyncDataPlane, body: bytes, authorization: str) -> None:
    response = await request_raw(plane, body, {"authorization": authorization})
    assert response.status < 500
    assert "data" in response.body or response.body["errors"][0]["errorType"]
    assert "Traceback" not in json.dumps(response.body)


@pytest.mark.conforms("execution.hostile")
@QUICK
@given(query=DOCUMENTS, variables=VALUES, operation=st.none() | st.text(max_size=5))
async def test_every_document_gets_a_response(
    plane: AppSyncDataPlane, query: str, variables: Json, operation: str | None
) -> None:
    body = json.dumps({"query": query, "variables": variables, "operationName": operation}).encode()
    await _answered(plane, body, token())


@pytest.mark.parametrize("argument", ["id", "n", "f", "j", "at"])
async def test_numbers_that_python_does_not_parse_are_answered(plane: AppSyncDataPlane, argument: str) -> None:
    given = {argument: "9" * 5000} if argument == "id" else {"id": 1, argument: "9" * 5000}
    arguments = ", ".join(f"{name}: {value}" for name, value in given.items())
    for query in (f"{{ item({arguments}) {{ id }} }}", f"{{ item(in: {{{arguments}}}) {{ id }} }}"):
        await _answered(plane, json.dumps({"query": query}).encode(), token())
    query = f"query Q($v: Int = {'9' * 5000}) {{ item(id: 1, n: $v) {{ id }} }}"
    await _answered(plane, json.dumps({"query": query}).encode(), token())


@QUICK
@given(variables=st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "n", "f", "j", "at", "in"), VALUES)))
async def test_any_variables_are_answered(plane: AppSyncDataPlane, variables: Json) -> None:
    query = """query Q($id: ID!, $n: Int, $f: Float, $j: AWSJSON, $at: AWSDateTime, $in: In) {
      item(id: $id, n: $n, f: $f, j: $j, at: $at, in: $in) { id n f name j items { id n } parent { id } }
    }"""
    await _answered(plane, json.dumps({"query": query, "variables": variables}).encode(), token())


@pytest.mark.conforms("execution.hostile")
@QUICK
@given(body=st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
async def test_every_body_gets_a_response(plane: AppSyncDataPlane, body: bytes) -> None:
    await _answered(plane, body, token())


_PARTS = st.binary(max_size=40).map(lambda raw: base64.urlsafe_b64encode(raw).decode()) | VALUES.map(
    lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
)


@pytest.mark.conforms("execution.hostile")
@QUICK
@given(
    authorization=st.text(st.characters(codec="latin-1"), max_size=60)
    | st.lists(_PARTS, max_size=4).map(".".join)
    | st.builds(lambda cut, part: token(FOREIGN_KEY)[:cut] + part, st.integers(0, 900), _PARTS)
)
async def test_any_token_is_refused(plane: AppSyncDataPlane, authorization: str) -> None:
    response = await request_raw(plane, b'{"query": "{ __typename }"}', {"authorization": authorization})
    assert response.status == 401
    assert response.body["errors"][0]["errorType"] == "UnauthorizedException"


@pytest.mark.conforms("execution.hostile")
@QUICK
@given(frames=st.lists(st.text(max_size=30) | (FRAMES | VALUES).map(json.dumps), max_size=8))
async def test_any_frames_leave_the_connection_usable(plane: AppSyncDataPlane, frames: list[str]) -> None:
    socket = await connected(plane)
    for frame in frames:
        socket.send_text(frame)
    socket.send({"type": "stop", "id": "the-end"})
    while (await socket.message()).get("id") != "the-end":
        pass
    await socket.disconnect()


@QUICK
@given(headers=VALUES.filter(lambda value: value is not None))
async def test_any_connection_header_is_answered(plane: AppSyncDataPlane, headers: Json) -> None:
    socket = open_socket(plane, headers)
    assert (await socket.event())["type"] == "websocket.accept"
    assert (await socket.message())["type"] == "connection_error"
    await socket.disconnect()
