"""Sequence numbers of interrupted senders: left open at first, closed as VOID after a minute.

An interrupted sender is simulated by taking a number, and if necessary an idempotency record, directly in DynamoDB, as
in the resolver's first steps; a minute is simulated by an older time. Real crashes are in test_crashes.py.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chat_client import OperationError

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

YOUNG, OLD = timedelta(seconds=50), timedelta(seconds=61)


def ago(age: timedelta) -> str:
    """Return a time in the past, in the format of the API."""
    return (datetime.now(UTC) - age).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def take_number(backend: LocalBackend, room: Row, *, age: timedelta = timedelta()) -> int:
    """Take the room's next sequence number without sending a message; return the number."""
    answer = backend.table("rooms").update_item(
        Key={"roomId": room["id"]},
        UpdateExpression="ADD lastSeq :one SET lastMessageAt = :at",
        ExpressionAttributeValues={":one": 1, ":at": ago(age)},
        ReturnValues="UPDATED_NEW",
    )
    return int(str(answer["Attributes"]["lastSeq"]))


def leave_marker(backend: LocalBackend, room: Row, sender: ChatUser, key: str, seq: int) -> None:
    """Write the idempotency record of the number without sending a message."""
    backend.table("deduplication").put_item(
        Item={"senderId": f"{room['id']}#{sender.id}", "clientMessageId": key, "seq": seq, "expiresAt": 4102444800}
    )


def make_older(backend: LocalBackend, message: Row, age: timedelta) -> None:
    """Set the time of a message to the past."""
    backend.table("messages").update_item(
        Key={"roomId": message["chatRoomId"], "seq": message["seq"]},
        UpdateExpression="SET createdAt = :at",
        ExpressionAttributeValues={":at": ago(age)},
    )


async def gap_fill(user: ChatUser, room: Row, **window: object) -> list[tuple[int, str]]:
    """Return the result of a client's gap fill from the beginning: numbers and types, oldest first."""
    return [(message["seq"], message["type"]) for message in await user.history(room, **{"afterSeq": 0, **window})]


async def test_recent_gap_stays_open(shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend) -> None:
    await alice.send(shared_room)
    take_number(backend, shared_room)
    make_older(backend, await alice.send(shared_room), YOUNG)
    take_number(backend, shared_room, age=YOUNG)

    assert await gap_fill(bob, shared_room) == [(1, "TEXT"), (3, "TEXT")]
    assert len(backend.rows_of(shared_room, "messages")["messages"]) == 2


async def test_old_gap_between_messages_is_closed(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    await alice.send(shared_room)
    take_number(backend, shared_room)
    take_number(backend, shared_room)
    make_older(backend, await alice.send(shared_room), OLD)

    closed = await bob.history(shared_room, afterSeq=0)

    assert [(message["seq"], message["type"]) for message in closed] == [
        (1, "TEXT"),
        (2, "VOID"),
        (3, "VOID"),
        (4, "TEXT"),
    ]
    for name in ("content", "authorId", "authorName", "clientMessageId"):
        assert closed[1][name] is None
    assert closed[1]["id"] != closed[2]["id"]
    assert await alice.history(shared_room, afterSeq=0) == closed
    assert [message["seq"] for message in await bob.history(shared_room)] == [4, 1], "history leaves them out"


async def test_old_gap_at_the_end_is_closed(shared_room: Row, alice: ChatUser, backend: LocalBackend) -> None:
    await alice.send(shared_room)
    take_number(backend, shared_room, age=OLD)
    take_number(backend, shared_room, age=OLD)

    assert await gap_fill(alice, shared_room) == [(1, "TEXT"), (2, "VOID"), (3, "VOID")]
    assert (await alice.send(shared_room))["seq"] == 4


async def test_room_with_gaps_only_is_closed_page_by_page(
    shared_room: Row, alice: ChatUser, backend: LocalBackend
) -> None:
    for _ in range(7):
        take_number(backend, shared_room, age=OLD)

    assert await gap_fill(alice, shared_room, limit=3) == [(seq, "VOID") for seq in range(1, 8)]


async def test_concurrent_readers_close_a_gap_once(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    for _ in range(3):
        take_number(backend, shared_room, age=OLD)
    make_older(backend, await alice.send(shared_room), OLD)

    await asyncio.gather(*((alice if number % 2 else bob).messages(shared_room, afterSeq=0) for number in range(10)))
    after = [await alice.history(shared_room, afterSeq=0), await bob.history(shared_room, afterSeq=0)]

    assert after[0] == after[1]
    assert [message["seq"] for message in after[0]] == [1, 2, 3, 4]


async def test_non_members_close_no_gap(
    shared_room: Row, alice: ChatUser, mallory: ChatUser, backend: LocalBackend
) -> None:
    await alice.send(shared_room)
    take_number(backend, shared_room, age=OLD)

    with pytest.raises(OperationError):
        await mallory.messages(shared_room, afterSeq=0)

    assert len(backend.rows_of(shared_room, "messages")["messages"]) == 1


async def test_sending_again_fills_the_gap_of_the_first_attempt(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    key = str(uuid4())
    seq = take_number(backend, shared_room)
    leave_marker(backend, shared_room, alice, key, seq)
    await bob.send(shared_room, "meanwhile")

    sent = await alice.send(shared_room, "at last", clientMessageId=key)

    assert sent["seq"] == seq == 1
    assert await gap_fill(bob, shared_room) == [(1, "TEXT"), (2, "TEXT")]


async def test_sending_again_after_the_gap_was_closed_takes_a_new_number_once(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    key = str(uuid4())
    seq = take_number(backend, shared_room, age=OLD)
    leave_marker(backend, shared_room, alice, key, seq)
    assert await gap_fill(bob, shared_room) == [(1, "VOID")]

    attempts = await asyncio.gather(
        *(alice.send(shared_room, "better late", clientMessageId=key) for _ in range(5)), return_exceptions=True
    )
    sent = await alice.send(shared_room, "better late", clientMessageId=key)

    assert sent["seq"] > seq
    assert all(attempt == sent for attempt in attempts if not isinstance(attempt, BaseException))
    written = [message for message in await bob.history(shared_room) if message["clientMessageId"] == key]
    assert written == [sent]


async def test_number_without_idempotency_record_is_not_reused(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    seq = take_number(backend, shared_room)

    sent = await alice.send(shared_room, clientMessageId=str(uuid4()))
    make_older(backend, sent, OLD)

    assert (seq, sent["seq"]) == (1, 2)
    assert await gap_fill(bob, shared_room) == [(1, "VOID"), (2, "TEXT")]


async def test_closing_gaps_does_not_change_unread_counts(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    await alice.send(shared_room)
    take_number(backend, shared_room, age=OLD)
    before = (await bob.in_my_rooms(shared_room))["unreadCount"]
    await gap_fill(bob, shared_room)

    assert (await bob.in_my_rooms(shared_room))["unreadCount"] == before == 2
