"""Tests of the HTTP server: routes, several APIs, reloading, browsers."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from appsync_local.server import AppSyncDataPlane
from appsync_local_tests.fakes import (
    REGION,
    FakeApi,
    FakeBackend,
    FakeResolvers,
    open_socket,
    plane_for,
    post,
    request_raw,
    token,
)

SDL = "type Query { name: String }"


def _named(name: str, api_id: str) -> FakeApi:
    return FakeApi(f"type Query {{ {name}: String }}", id=api_id)


@pytest.mark.parametrize(
    ("scope", "handled"),
    [
        ({"type": "http", "method": "POST", "path": "/graphql"}, True),
        ({"type": "http", "method": "OPTIONS", "path": "/v1/apis/abc/graphql"}, True),
        ({"type": "http", "method": "GET", "path": "/graphql"}, True),
        ({"type": "http", "method": "GET", "path": "/graphql/realtime"}, True),
        ({"type": "http", "method": "PUT", "path": "/v1/apis/abc/graphql"}, True),
        ({"type": "http", "method": "GET", "path": "/ping"}, True),
        ({"type": "http", "method": "GET", "path": "/graphql\x00"}, True),
        ({"type": "http", "method": "GET", "path": "/graphql/an\x01object"}, True),
        ({"type": "http", "method": "GET", "path": "/v1/apis/abc/graphql\n"}, True),
        ({"type": "http", "method": "GET", "path": "/pings"}, False),
        ({"type": "websocket", "path": "/ping"}, False),
        ({"type": "http", "method": "POST", "path": "/v1/apis/abc"}, False),
        ({"type": "http", "method": "POST", "path": "/v1/apis/abc/datasources"}, False),
        ({"type": "http", "method": "PUT", "path": "/graphql/object"}, True),
        ({"type": "http", "method": "GET", "path": "/v1/apis/abc/graphql/ping"}, True),
        ({"type": "http", "method": "GET", "path": "/graphqlx/object"}, False),
        ({"type": "websocket", "path": "/graphql/object"}, False),
        ({"type": "websocket", "path": "/graphql"}, True),
        ({"type": "websocket", "path": "/graphql/realtime"}, True),
        ({"type": "websocket", "path": "/v1/apis/abc/graphql/realtime"}, True),
        ({"type": "websocket", "path": "/event/realtime"}, False),
        ({"type": "lifespan"}, False),
    ],
)
def test_it_handles_only_graphql(scope: dict[str, Any], handled: bool) -> None:
    assert plane_for(FakeApi(SDL))[0].handles(scope) is handled


@pytest.mark.conforms("operations.addresses")
async def test_the_api_is_selected_by_path_or_host_or_default() -> None:
    default: list[str | None] = ["api2"]
    backend = FakeBackend(_named("one", "api1"), _named("two", "api2"))
    plane = AppSyncDataPlane(backend, FakeResolvers(), region=REGION, default_api=lambda: default[0])
    headers = {"authorization": token()}
    assert (await post(plane, "{ one }", path="/v1/apis/api1/graphql")).body == {"data": {"one": None}}
    by_host = {**headers, "host": "api2.appsync-api.us-east-1.amazonaws.com:4566"}
    assert (await post(plane, "{ two }", headers=by_host)).body == {"data": {"two": None}}
    assert (await post(plane, "{ two }")).body == {"data": {"two": None}}
    for gone in (None, "api3"):
        default[0] = gone
        assert (await post(plane, "{ one }")).body == {"data": {"one": None}}, "the oldest"
    for odd in ("api3", "\x00", "a b", "x" * 65, "..", "%2e"):
        unknown = await post(plane, "{ one }", path=f"/v1/apis/{odd}/graphql")
        assert (unknown.status, unknown.body["errors"][0]["errorType"]) == (404, "NotFoundException")


@pytest.mark.conforms("operations.http")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/graphql", "/graphql/", "/v1/apis/api00000000000000000000001/graphql"])
async def test_other_methods_are_rejected_by_name(method: str, path: str) -> None:
    plane, backend = plane_for(FakeApi(SDL))
    response = await request_raw(plane, b"", {"authorization": token()}, path=path, method=method)
    assert (response.status, response.headers["allow"]) == (405, "POST, OPTIONS")
    assert response.headers["x-amzn-requestid"]
    assert response.headers["x-amzn-errortype"] == "UnsupportedOperation"
    message = f"{method} is not supported by the local AppSync: operations are sent by POST."
    assert response.body == {"errors": [{"errorType": "UnsupportedOperation", "message": message}]}
    assert backend.reads == []


@pytest.mark.conforms("operations.http")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/graphql/realtime", 400),
        ("POST", "/v1/apis/abc/graphql/realtime", 400),
        ("POST", "/ping", 405),
        ("GET", "/graphql/ping", 404),
        ("POST", "/graphql/x", 404),
        ("OPTIONS", "/v1/apis/abc/graphql/x/y", 404),
        ("POST", "/graphql\x00", 400),
        ("GET", "/graphql/\x7f", 400),
    ],
)
async def test_requests_without_an_operation_are_rejected(method: str, path: str, status: int) -> None:
    response = await request_raw(plane_for(FakeApi(SDL))[0], b"{}", path=path, method=method)
    assert response.status == status
    assert response.headers["x-amzn-errortype"] == response.body["errors"][0]["errorType"]


async def test_a_request_without_an_origin_is_not_a_preflight() -> None:
    response = await request_raw(plane_for(FakeApi(SDL))[0], b"", {}, method="OPTIONS")
    assert (response.status, response.headers["allow"]) == (200, "POST, OPTIONS")
    assert "access-control-allow-methods" not in response.headers


@pytest.mark.conforms("execution.malformed")
@pytest.mark.parametrize("content_type", ["application/json", "application/graphql", "text/plain", ""])
async def test_json_is_accepted_with_any_content_type(content_type: str) -> None:
    plane, _ = plane_for(FakeApi(SDL))
    headers = {"authorization": token(), "content-type": content_type}
    asked = await request_raw(plane, b'{"query": "{ name }"}', headers)
    assert (asked.status, asked.body) == (200, {"data": {"name": None}})
    for body in (
        b"query=%7Bname%7D",
        b"{ name }",
        b'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{name}',
    ):
        refused = await request_raw(plane, body, headers)
        assert (refused.status, refused.body["errors"][0]["errorType"]) == (400, "MalformedHttpRequestException")


@pytest.mark.conforms("operations.redeploy")
async def test_an_api_is_read_once_and_again_after_a_change() -> None:
    plane, backend = plane_for(FakeApi(SDL))
    await asyncio.gather(*(post(plane, "{ name }") for _ in range(10)))
    described = [path for path in backend.reads if path.endswith("/api00000000000000000000001")]
    assert len(described) == 1
    backend.apis["api00000000000000000000001"].sdl = "type Query { other: String }"
    plane.forget("api00000000000000000000001")
    assert (await post(plane, "{ other }")).body == {"data": {"other": None}}
    plane.forget(None)
    assert "FieldUndefined" in (await post(plane, "{ name }")).body["errors"][0]["message"]


@pytest.mark.conforms("operations.redeploy")
async def test_an_api_that_appears_later_is_found() -> None:
    backend = FakeBackend()
    plane = AppSyncDataPlane(backend, FakeResolvers(), region=REGION)
    assert (await post(plane, "{ name }")).status == 404
    backend.apis["late"] = FakeApi(SDL, id="late")
    plane.forget("late")
    assert (await post(plane, "{ name }")).status == 200


async def test_an_api_without_a_schema_is_reported() -> None:
    response = await post(plane_for(FakeApi(""))[0], "{ name }")
    assert (response.status, response.body["errors"][0]["errorType"]) == (400, "GraphQLSchemaException")


async def test_the_sockets_of_a_deleted_api_are_closed() -> None:
    plane, backend = plane_for(FakeApi(SDL))
    socket = open_socket(plane)
    assert (await socket.event())["type"] == "websocket.accept"
    backend.apis.clear()
    plane.forget(None)
    await post(plane, "{ name }", path="/v1/apis/api00000000000000000000001/graphql")
    assert (await socket.closed())[0] == 1001


async def test_a_socket_to_a_missing_api_is_rejected_before_it_opens() -> None:
    plane, _ = plane_for(FakeApi(SDL))
    socket = open_socket(plane, path="/v1/apis/none/graphql/realtime")
    assert (await socket.event())["type"] == "websocket.close"


@pytest.mark.conforms("operations.cors")
async def test_cors_allows_other_origins() -> None:
    plane, _ = plane_for(FakeApi(SDL))
    asked = {"origin": "http://localhost:3000", "access-control-request-headers": "authorization,x-amz-user-agent"}
    preflight = await request_raw(plane, b"", asked, method="OPTIONS")
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-headers"] == "authorization,x-amz-user-agent"
    for answer in (await post(plane, "{ name }"), await post(plane, "{ name }", headers={})):
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_all_pages_of_lists_are_read() -> None:
    resolvers = FakeResolvers()
    names = [f"f{number}" for number in range(7)]
    for name in names:
        resolvers.on("Query", name)(lambda request: request.info["fieldName"])
    sdl = "type Query { " + " ".join(f"{name}: String" for name in names) + " }"
    plane, backend = plane_for(FakeApi(sdl, resolvers=list(resolvers.functions)), resolvers)
    backend.page_size = 2
    assert (await post(plane, "{ f0 f6 }")).body == {"data": {"f0": "f0", "f6": "f6"}}


@pytest.mark.conforms("operations.verbose")
async def test_requests_are_logged_without_tokens_and_content(caplog: pytest.LogCaptureFixture) -> None:
    resolvers = FakeResolvers()
    resolvers.on("Query", "name")(lambda _: "secret result")
    settings = {"logConfig": {"fieldLogLevel": "ALL"}}
    plane, _ = plane_for(FakeApi(SDL, resolvers=[("Query", "name")], settings=settings), resolvers)
    await plane.start()
    bearer = token()
    with caplog.at_level(logging.INFO, "appsync"):
        response = await post(plane, "{ name }", headers={"authorization": bearer})
        await post(plane, "{ name }", headers={})
        await plane.close()
    texts = [record.getMessage() for record in caplog.records if record.name == "appsync"]
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    assert [line["logType"] for line in lines] == ["Tracing", "RequestSummary", "RequestSummary"]
    assert lines[0]["fieldName"] == "name"
    assert lines[1]["requestId"] == response.headers["x-amzn-requestid"]
    assert [line["statusCode"] for line in lines[1:]] == [200, 401]
    assert bearer not in caplog.text
    assert "secret result" not in caplog.text


async def test_resolvers_see_the_id_of_the_request_and_of_its_trace() -> None:
    resolvers = FakeResolvers()
    seen: list[dict[str, str]] = []

    @resolvers.on("Query", "name")
    def name(request: Any) -> str:  # noqa: ANN401 - as resolvers are asked
        seen.append(request.request["headers"])
        return "x"

    plane, _ = plane_for(FakeApi(SDL, resolvers=[("Query", "name")]), resolvers)
    trace = "Root=1-5f512f51-fac632066c5e848ae7140000"
    answers = [
        await post(plane, "{ name }"),
        await post(plane, "{ name }", headers={"authorization": token(), "x-amzn-requestid": "of-the-client"}),
        await post(plane, "{ name }", headers={"authorization": token(), "x-amzn-trace-id": trace}),
    ]

    ids = [answer.headers["x-amzn-requestid"] for answer in answers]
    assert [headers["x-amzn-requestid"] for headers in seen] == ids, "AppSync's own, whatever the client sends"
    assert len(set(ids)) == 3
    assert seen[0]["x-amzn-trace-id"].startswith("Root=1-")
    assert seen[2]["x-amzn-trace-id"] == trace


async def test_a_failure_of_the_backend_is_an_internal_failure_without_details() -> None:
    plane, backend = plane_for(FakeApi(SDL))

    async def broken(_pool: str) -> dict[str, Any]:
        raise RuntimeError("secret detail")

    backend.user_pool_keys = broken  # type: ignore[assignment]
    response = await post(plane, "{ name }")
    assert response.status == 500
    assert response.body == {"errors": [{"errorType": "InternalFailure", "message": "Internal failure."}]}


async def test_resolvers_are_found_on_every_type_however_the_schema_is_laid_out() -> None:
    resolvers = FakeResolvers()
    resolvers.on("Query", "item")(lambda _: {})
    resolvers.on("Item", "name")(lambda _: "from its resolver")
    sdl = '"a type Fake { }" type Query { item: Item } type Item { id: ID } extend type Item { name: String }'
    plane, backend = plane_for(FakeApi(sdl, resolvers=list(resolvers.functions)), resolvers)
    assert (await post(plane, "{ item { name } }")).body == {"data": {"item": {"name": "from its resolver"}}}
    asked = {path.split("/")[-2] for path in backend.reads if path.endswith("/resolvers")}
    assert asked == {"Query", "Item"}
