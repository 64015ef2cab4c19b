"""Tests of GraphQL over HTTP: typed errors, missing responses, authorization, and safe retries of sending."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.credentials import Credentials

from chat_client import Backoff, ChatClient, GraphQLClient, OperationError, TransportError, document, documents
from chat_client.iam import IamAuthorization
from chat_client_tests.fakes import http_server
from chat_client_tests.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

SENT = {"id": "r:1", "seq": 1, "content": "hi", "selectionComplete": True}
REFUSED = {
    "data": {"createMessage": None},
    "errors": [
        {
            "errorType": "RateLimited",
            "message": "Wait.",
            "path": ["createMessage"],
            "errorInfo": {"nextSendAt": "2030-01-01T00:00:00Z"},
        }
    ],
}
AT_ONCE = Backoff(first=0.0, longest=0.0)


def answer(field: str, value: object) -> tuple[int, str]:
    return 200, json.dumps({"data": {field: value}})


def test_a_document_is_one_of_all_documents() -> None:
    assert documents()["createMessage"] == document("createMessage")


async def test_an_error_has_its_type_its_information_and_its_path() -> None:
    refusal = pytest.raises(OperationError, match=r"^RateLimited: Wait\. \(createMessage\)$")
    with http_server((200, json.dumps(REFUSED))) as server, refusal as refused:
        await GraphQLClient(server.url).execute("mutation { createMessage }")
    (error,) = refused.value.errors
    assert (error.type, error.message, error.path) == ("RateLimited", "Wait.", ["createMessage"])
    assert error.info == {"nextSendAt": "2030-01-01T00:00:00Z"}
    assert refused.value.types == ["RateLimited"]
    assert refused.value.data == {"createMessage": None}


@pytest.mark.parametrize("response", [(0, ""), (502, "<html>"), (502, '{"cut'), (200, "{}")])
async def test_a_response_that_is_not_graphql_is_a_transport_error(response: tuple[int, str]) -> None:
    with http_server(response) as server, pytest.raises(TransportError, match=server.url):
        await GraphQLClient(server.url).execute("{ me { id } }")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/graphql", "http://[/"])
async def test_a_server_that_is_not_there_is_a_transport_error(url: str) -> None:
    with pytest.raises(TransportError, match="does not answer") as failed:
        await GraphQLClient(url).execute("{ me { id } }")
    assert "object at" not in str(failed.value)


async def test_every_request_is_authorized_and_measured() -> None:
    asked: list[tuple[str, bytes]] = []
    measured: list[str] = []

    def measure(text: str, seconds: float) -> None:
        measured.append(text)
        assert 0 < seconds < PATIENCE_SECONDS

    def authorize(url: str, body: bytes) -> Mapping[str, str]:
        asked.append((url, body))
        return {"authorization": f"token {len(asked)}"}

    with http_server(answer("me", {})) as server:
        client = GraphQLClient(server.url, authorize, on_response=measure)
        await client.execute("{ me { id } }", {"a": 1}, operation="Me")
        assert client.request("{ me { id } }").data == {"me": {}}
    assert [headers["authorization"] for headers, _ in server.requests] == ["token 1", "token 2"]
    assert server.requests[0][1] == {"query": "{ me { id } }", "variables": {"a": 1}, "operationName": "Me"}
    assert asked[0][0] == server.url
    assert json.loads(asked[0][1]) == server.requests[0][1]
    assert measured == ["{ me { id } }"]


async def test_iam_signs_the_request_for_appsync() -> None:
    with http_server(answer("me", {})) as server:
        authorization = IamAuthorization(Credentials("AKID", "secret"), "eu-west-1")
        await GraphQLClient(server.url, authorization).execute("{ me { id } }")
    ((headers, _),) = server.requests
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert "/eu-west-1/appsync/aws4_request" in headers["authorization"]


async def test_an_operation_runs_by_its_field_with_its_canonical_document() -> None:
    with http_server(answer("createMessage", SENT)) as server:
        row = await ChatClient(server.url, {}).run("createMessage", input={"content": "hi"})
    assert row == {"id": "r:1", "seq": 1, "content": "hi"}
    assert server.requests[0][1] == {"query": document("createMessage"), "variables": {"input": {"content": "hi"}}}


async def test_a_message_without_a_response_is_sent_again_as_the_same_message() -> None:
    lost: list[Exception] = []
    with http_server((0, ""), (502, "<html>"), answer("createMessage", SENT)) as server:
        chat = ChatClient(server.url, {})
        row = await chat.send_message("r", "hi", replyToId="r:0", on_lost=lost.append, backoff=AT_ONCE)
    assert row["id"] == "r:1"
    bodies = [body["variables"]["input"] for _, body in server.requests]
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["clientMessageId"]
    assert bodies[0]["replyToId"] == "r:0"
    assert [type(error) for error in lost] == [TransportError, TransportError]


async def test_two_messages_have_two_ids_and_one_can_be_given() -> None:
    with http_server(answer("createMessage", SENT)) as server:
        chat = ChatClient(server.url, {})
        for given in (None, None, "mine"):
            await chat.send_message("r", "hi", client_message_id=given)
    ids = [body["variables"]["input"]["clientMessageId"] for _, body in server.requests]
    assert len(set(ids)) == 3
    assert ids[2] == "mine"


async def test_sending_stops_after_its_attempts_and_at_once_on_rejection() -> None:
    with http_server((0, "")) as server:
        with pytest.raises(TransportError):
            await ChatClient(server.url, {}).send_message("r", "hi", attempts=3, backoff=AT_ONCE)
        assert len(server.requests) == 3
    with http_server((200, json.dumps(REFUSED))) as server:
        with pytest.raises(OperationError):
            await ChatClient(server.url, {}).send_message("r", "hi", backoff=AT_ONCE)
        assert len(server.requests) == 1
