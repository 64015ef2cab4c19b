"""Messages: sent once, in one order for all members, and read page by page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chat_client import OperationError

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

pytestmark = pytest.mark.usefixtures("refused_result")


def messages_in(backend: LocalBackend, room: Row) -> list[Row]:
    """Return the stored messages of a room, in order."""
    return sorted(backend.rows_of(room, "messages")["messages"], key=lambda row: row["seq"])


async def test_message_is_returned_as_it_was_sent(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    key = str(uuid4())

    sent = await alice.send(shared_room, "  Good morning, 世界 🌍  ", clientMessageId=key, type="TEXT")

    assert sent["content"] == "Good morning, 世界 🌍"
    assert (sent["seq"], sent["type"], sent["clientMessageId"]) == (1, "TEXT", key)
    assert sent["chatRoomId"] == shared_room["id"]
    assert (sent["authorId"], sent["authorName"]) == (alice.id, (await alice.me())["displayName"])
    assert (await bob.messages(shared_room))["items"] == [sent]


async def test_longest_content_is_4000_characters(shared_room: Row, alice: ChatUser) -> None:
    assert len((await alice.send(shared_room, "é" * 4000))["content"]) == 4000


async def test_sequence_numbers_are_dense_from_one(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    sent = [await who.send(shared_room, str(number)) for number, who in enumerate([alice, bob, bob, alice])]

    assert [message["seq"] for message in sent] == [1, 2, 3, 4]
    assert len({message["id"] for message in sent}) == 4


async def test_messages_come_newest_first_page_by_page(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    for number in range(7):
        await alice.send(shared_room, str(number))

    first = await bob.messages(shared_room, limit=3)
    second = await bob.messages(shared_room, limit=3, nextToken=first["nextToken"])
    third = await bob.messages(shared_room, limit=3, nextToken=second["nextToken"])

    pages = [[message["seq"] for message in page["items"]] for page in (first, second, third)]
    assert pages == [[7, 6, 5], [4, 3, 2], [1]]
    assert third["nextToken"] is None


async def test_pages_do_not_shift_when_new_messages_arrive(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    for number in range(4):
        await alice.send(shared_room, str(number))
    first = await bob.messages(shared_room, limit=2)
    await alice.send(shared_room, "late")
    second = await bob.messages(shared_room, limit=2, nextToken=first["nextToken"])

    assert [message["seq"] for message in first["items"] + second["items"]] == [4, 3, 2, 1]


async def test_full_last_page_has_no_next_page_or_an_empty_one(shared_room: Row, alice: ChatUser) -> None:
    for number in range(4):
        await alice.send(shared_room, str(number))

    assert [message["seq"] for message in await alice.history(shared_room, limit=2)] == [4, 3, 2, 1]


async def test_before_seq_reads_older_messages(shared_room: Row, alice: ChatUser) -> None:
    for number in range(6):
        await alice.send(shared_room, str(number))

    page = await alice.messages(shared_room, beforeSeq=5, limit=2)
    rest = await alice.messages(shared_room, beforeSeq=5, limit=2, nextToken=page["nextToken"])

    assert [message["seq"] for message in page["items"]] == [4, 3]
    assert [message["seq"] for message in rest["items"]] == [2, 1]
    assert (await alice.messages(shared_room, beforeSeq=1))["items"] == []


async def test_after_seq_reads_newer_messages_oldest_first(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    for number in range(6):
        await alice.send(shared_room, str(number))

    assert [message["seq"] for message in await bob.history(shared_room, afterSeq=2, limit=3)] == [3, 4, 5, 6]
    assert [message["seq"] for message in await bob.history(shared_room, afterSeq=0)] == [1, 2, 3, 4, 5, 6]
    assert await bob.history(shared_room, afterSeq=6) == []
    assert await bob.history(shared_room, afterSeq=600) == []


async def test_after_seq_returns_a_new_message_at_once(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    for number in range(5):
        sent = await alice.send(shared_room, str(number))
        assert (await bob.messages(shared_room, afterSeq=number))["items"] == [sent]


@pytest.mark.parametrize(
    "window",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": 101},
        {"beforeSeq": 0},
        {"afterSeq": -1},
        {"beforeSeq": 5, "afterSeq": 1},
        {"nextToken": "not a token"},
        {"nextToken": ""},
    ],
    ids=str,
)
async def test_contradictory_window_is_refused(window: Row, shared_room: Row, alice: ChatUser) -> None:
    with pytest.raises(OperationError) as refused:
        await alice.messages(shared_room, **window)

    assert refused.value.types == ["ValidationError"]


async def test_token_of_another_list_is_refused(shared_room: Row, alice: ChatUser) -> None:
    for _ in range(3):
        await alice.create_room()
    token = (await alice.public_rooms(limit=1))["nextToken"]

    with pytest.raises(OperationError) as refused:
        await alice.messages(shared_room, nextToken=token)

    assert refused.value.types == ["ValidationError"]


async def test_sending_again_returns_the_first_message(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    key = str(uuid4())
    first = await alice.send(shared_room, "once", clientMessageId=key)
    between = await bob.send(shared_room, "between")

    again = await alice.send(shared_room, "once", clientMessageId=key)
    changed = await alice.send(shared_room, "something else", clientMessageId=key)

    assert first == again == changed
    assert [row["seq"] for row in messages_in(backend, shared_room)] == [first["seq"], between["seq"]]
    assert (await alice.room(shared_room["id"]))["lastSeq"] == 2


async def test_client_message_id_is_scoped_to_sender_and_room(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    key, elsewhere = str(uuid4()), await alice.create_room()

    messages = [
        await alice.send(shared_room, "a", clientMessageId=key),
        await bob.send(shared_room, "b", clientMessageId=key),
        await alice.send(elsewhere, "c", clientMessageId=key),
    ]

    assert [message["content"] for message in messages] == ["a", "b", "c"]
    assert [message["seq"] for message in messages] == [1, 2, 1]


async def test_calls_without_client_message_id_create_separate_messages(shared_room: Row, alice: ChatUser) -> None:
    first, second = await alice.send(shared_room, "twin"), await alice.send(shared_room, "twin", clientMessageId=None)

    assert first["clientMessageId"] != second["clientMessageId"]
    assert (first["seq"], second["seq"]) == (1, 2)


async def test_fifty_concurrent_senders_get_fifty_numbers(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    sent = await asyncio.gather(
        *((alice if number % 2 else bob).send(shared_room, f"message {number}") for number in range(50))
    )

    assert sorted(message["seq"] for message in sent) == list(range(1, 51))
    assert sorted(sent, key=lambda message: message["seq"]) == await bob.history(shared_room, afterSeq=0)


async def test_ten_concurrent_attempts_with_one_key_create_one_message(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    key = str(uuid4())

    answers = await asyncio.gather(
        *(alice.send(shared_room, "only once", clientMessageId=key) for _ in range(10)), return_exceptions=True
    )

    first = await alice.send(shared_room, "only once", clientMessageId=key)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert all(isinstance(error, OperationError) and error.types == ["Conflict"] for error in refused), refused
    assert all(answer == first for answer in answers if not isinstance(answer, BaseException))
    stored = [row for row in messages_in(backend, shared_room) if row.get("clientMessageId") == key]
    assert len(stored) == 1
    assert [message["id"] for message in await bob.history(shared_room)] == [first["id"]]
