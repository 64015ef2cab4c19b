"""Tests of several GraphQL APIs: ``/graphql`` serves the deployed one, also after a restart."""

from __future__ import annotations

import http.client
import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from local.deployment.outputs import read_outputs, write_outputs
from local.embedded.environment import DataDirectory
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path) as running:
        yield running


def create(server: ServerProcess, field: str) -> tuple[str, str]:
    """Create an API that its only field identifies; return its id and a key."""
    appsync = server.client("appsync")
    api_id = appsync.create_graphql_api(name=field, authenticationType="API_KEY")["graphqlApi"]["apiId"]
    appsync.start_schema_creation(apiId=api_id, definition=f"type Query {{ {field}: String }}".encode())
    return api_id, appsync.create_api_key(apiId=api_id)["apiKey"]["id"]


def request(
    server: ServerProcess, method: str, path: str, body: str | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, str]:
    """Send a request; return the response with any status, and its text."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def ask(server: ServerProcess, field: str, key: str, path: str = "/graphql") -> Any:  # noqa: ANN401 - any JSON
    """Return the response, or its status if the request was refused."""
    answer, text = request(server, "POST", path, json.dumps({"query": f"{{ {field} }}"}), x_api_key=key)
    return json.loads(text) if answer.status == 200 else answer.status


@pytest.mark.conforms("operations.addresses")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_deployed_api_is_the_default(server: ServerProcess, number: signal.Signals) -> None:
    older, older_key = create(server, "older")
    deployed, key = create(server, "deployed")
    directory = DataDirectory(server.directory)
    write_outputs(directory, {**read_outputs(directory), "GraphQLAPIId": deployed})
    newer, newer_key = create(server, "newer")

    def check() -> None:
        assert ask(server, "deployed", key) == {"data": {"deployed": None}}
        assert ask(server, "newer", newer_key) == 401, "its key is not one of the deployed API"

    check()
    for api_id, field, own in ((older, "older", older_key), (newer, "newer", newer_key)):
        assert ask(server, field, own, f"/v1/apis/{api_id}/graphql") == {"data": {field: None}}
    server.end(number)
    server.start()
    check()
    for api_id in (newer, older):
        server.client("appsync").delete_graphql_api(apiId=api_id)
        check()
        assert ask(server, "newer", newer_key, f"/v1/apis/{api_id}/graphql") == 404


@pytest.mark.conforms("operations.addresses")
def test_without_a_deployment_the_oldest_api_is_served(server: ServerProcess) -> None:
    assert ask(server, "older", "x") == 404
    older, key = create(server, "older")
    create(server, "newer")
    assert ask(server, "older", key) == {"data": {"older": None}}
    server.end(signal.SIGTERM)
    server.start()
    assert ask(server, "older", key) == {"data": {"older": None}}
    assert ask(server, "older", key, f"/v1/apis/{older}/graphql") == {"data": {"older": None}}


@pytest.mark.conforms("operations.http")
@pytest.mark.parametrize("path", ["/graphql", "/graphql/realtime", "/v1/apis/abc/graphql"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_requests_to_the_endpoint_do_not_reach_s3(embedded_server: ServerProcess, method: str, path: str) -> None:
    refused, text = request(embedded_server, method, path)
    assert refused.status in {400, 405}
    assert refused.headers["content-type"].startswith("application/json")
    assert refused.headers["x-amzn-errortype"] in {"UnsupportedOperation", "BadRequestException"}
    if method != "HEAD":
        assert json.loads(text)["errors"][0]["message"]


@pytest.mark.conforms("operations.http")
def test_a_ping_is_answered_over_http(embedded_server: ServerProcess) -> None:
    answer, text = request(embedded_server, "GET", "/ping")
    assert (answer.status, text) == (200, "healthy")


@pytest.fixture(scope="module")
def embedded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("endpoint")) as running:
        yield running
