"""Invalid input gets a typed error that names the argument, and writes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chat_client import SubscriptionError
from contract.limits import LIMITS
from tests.helpers.chat import CREATE_CHAT_ROOM, CREATE_MESSAGE, ME, MESSAGES_BY_ROOM, ON_MESSAGE_CREATED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

TABLES = ("rooms", "memberships", "messages", "deduplication")
MEGABYTE = 1024 * 1024


@pytest.fixture
async def unchanged(shared_room: Row, alice: ChatUser, backend: LocalBackend) -> AsyncIterator[Row]:
    """Create a room with a message; check that the test does not change the room or the profile of its owner."""

    def stored() -> object:
        user = backend.table("users").get_item(Key={"userId": alice.id}, ConsistentRead=True)["Item"]
        return backend.rows_of(shared_room, *TABLES), user

    await alice.send(shared_room, "before")
    before = stored()
    yield shared_room
    assert stored() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": ""},
        {"content": "   \n\t "},
        {"content": "c" * (LIMITS["contentLength"] + 1)},
        {"clientMessageId": ""},
        {"clientMessageId": "i" * 65},
        {"clientMessageId": "with space"},
        {"clientMessageId": "a#b"},
        {"chatRoomId": ""},
        {"chatRoomId": "a#b"},
        {"type": "VOID"},
    ],
    ids=lambda wrong: next(f"{name}={value[:12]!r}" for name, value in wrong.items()),
)
async def test_message_beyond_its_limits_is_refused(wrong: Row, unchanged: Row, alice: ChatUser) -> None:
    message = {"chatRoomId": unchanged["id"], "content": "fine", **wrong}

    answer = await alice.graphql.attempt(CREATE_MESSAGE, {"input": message})

    assert answer.error_types == ["ValidationError"]
    assert answer.data == {"createMessage": None}
    assert answer.errors[0].path == ["createMessage"]
    assert answer.errors[0].message.startswith("input."), "the message names the argument"


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "input"),
        ({"input": None}, "input"),
        ({"input": {}}, "input"),
        ({"input": {"chatRoomId": None, "content": "x"}}, "'input' has coerced Null value for NonNull type 'ID!'"),
        ({"input": {"chatRoomId": "x", "content": None}}, "'input' has coerced Null value for NonNull type 'String!'"),
        ({"input": {"chatRoomId": "x", "content": "x", "type": "SHOUT"}}, "SHOUT"),
        ({"input": {"chatRoomId": "x", "content": "x", "authorId": "somebody else"}}, "CreateMessageInput"),
        ({"input": {"chatRoomId": "x", "content": {"deep": True}}}, "content"),
        ({"input": {"chatRoomId": "x", "content": 7.5}}, "content"),
        ({"input": ["x"]}, "input"),
    ],
    ids=str,
)
async def test_variables_that_do_not_match_the_schema_are_refused(
    variables: dict[str, Any], named: str, unchanged: Row, alice: ChatUser
) -> None:
    assert unchanged
    answer = await alice.graphql.attempt(CREATE_MESSAGE, variables)

    assert answer.status == 200
    assert answer.data is None
    assert answer.errors
    assert named in " ".join(error.message for error in answer.errors)


@pytest.mark.parametrize(
    "document",
    [
        '{ messagesByRoom(chatRoomId: "x", limit: "ten") { nextToken } }',
        "{ messagesByRoom { nextToken } }",
        "{ messagesByRoom(chatRoomId: null) { nextToken } }",
        "{ me { password } }",
        "{ me }",
        "{ nothing }",
        "mutation { deleteEverything }",
        'mutation { createChatRoom(input: { name: "x", visibility: SECRET }) { id } }',
        'mutation { createChatRoom(input: { name: "x", createdBy: "me" }) { id } }',
        "query A { me { id } } query B { me { id } }",
        "query ($id: Nothing) { me { id } }",
    ],
)
async def test_documents_that_do_not_match_the_schema_are_refused(
    document: str, unchanged: Row, alice: ChatUser
) -> None:
    assert unchanged
    answer = await alice.graphql.attempt(document)

    assert answer.data is None
    assert answer.errors
    assert set(answer.error_types) <= {None, "BadRequestException"}, "AppSync gives what does not fit no type"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"query"',
        b"{}",
        b'{"query": 7}',
        b'{"query": ""}',
        b'{"query": "{ me { id }"}',
        b'{"query": "{ me { id } }", "variables": [1]}',
        b"\xff\xfe",
        json.dumps({"query": "{ me { id } }", "operationName": "Other"}).encode(),
    ],
    ids=lambda body: repr(body)[:40],
)
async def test_body_that_is_not_a_request_is_refused(body: bytes, unchanged: Row, alice: ChatUser) -> None:
    assert unchanged
    answer = await alice.graphql.post(body)

    assert answer.status in {200, 400}
    assert answer.data is None
    assert answer.errors
    assert all(answer.error_types), "every error has a type"


async def test_body_of_a_megabyte_is_refused(unchanged: Row, alice: ChatUser) -> None:
    message = {"chatRoomId": unchanged["id"], "content": "c" * MEGABYTE}

    answer = await alice.graphql.attempt(CREATE_MESSAGE, {"input": message})

    assert answer.errors
    assert all(answer.error_types)
    assert not (answer.data or {}).get("createMessage")


async def test_name_of_a_megabyte_is_refused(unchanged: Row, alice: ChatUser) -> None:
    assert unchanged
    answer = await alice.graphql.attempt(CREATE_CHAT_ROOM, {"input": {"name": "n" * MEGABYTE}})

    assert answer.errors
    assert all(answer.error_types)


async def test_null_arguments_are_treated_as_absent(unchanged: Row, alice: ChatUser) -> None:
    nothing = dict.fromkeys(("limit", "nextToken", "beforeSeq", "afterSeq"))

    answer = await alice.graphql.attempt(MESSAGES_BY_ROOM, {"chatRoomId": unchanged["id"], **nothing})

    assert [message["content"] for message in answer.data["messagesByRoom"]["items"]] == ["before"]


async def test_operation_is_selected_by_its_name(alice: ChatUser) -> None:
    body = json.dumps({"query": f"{ME} query Other {{ me {{ displayName }} }}", "operationName": "Other"})

    answer = await alice.graphql.post(body.encode())

    assert set(answer.data["me"]) == {"displayName"}


@pytest.mark.parametrize("variables", [{}, {"chatRoomId": None}, {"chatRoomId": ""}, {"chatRoomId": ["x"]}], ids=str)
async def test_subscription_without_a_room_is_refused(variables: Row, alice: ChatUser) -> None:
    async with alice.realtime() as connection:
        with pytest.raises(SubscriptionError) as refused:
            await connection.subscribe(ON_MESSAGE_CREATED, variables)

    assert all(error.message for error in refused.value.errors)


async def test_error_in_one_field_does_not_affect_other_fields(shared_room: Row, alice: ChatUser) -> None:
    answer = await alice.graphql.attempt(
        'query ($id: ID!) { me { id } good: getChatRoom(id: $id) { id } bad: getChatRoom(id: "unknown") { id } }',
        {"id": shared_room["id"]},
    )

    assert answer.data == {"me": {"id": alice.id}, "good": {"id": shared_room["id"]}, "bad": None}
    assert [(error.type, error.path) for error in answer.errors] == [("NotFound", ["bad"])]
