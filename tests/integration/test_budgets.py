"""Cost of operations in DynamoDB units, measured at the public endpoint and compared with the budgets of the design.

Write units come from DynamoDB's responses, read units from the sizes of the items read (half a unit per 4 KB, or a
whole unit for strongly consistent reads), as reported by the header ``x-appsync-meter``.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.helpers.chat import (
    CREATE_CHAT_ROOM,
    CREATE_MESSAGE,
    GET_CHAT_ROOM,
    JOIN_CHAT_ROOM,
    LIST_CHAT_ROOMS,
    ME,
    MESSAGES_BY_ROOM,
    MY_CHAT_ROOMS,
    ON_MESSAGE_CREATED,
)

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.graphql_client import Metered

PAGE = 50
CONTENT = "x" * 195
"""A message with this content uses 400 bytes in DynamoDB, including its keys, author and times."""


def assert_within(cost: Metered, *, writes: float, reads: float) -> None:
    """Check that the cost is within the budget, and that no Lambda function was invoked."""
    assert cost.write_units <= writes, cost
    assert cost.read_units <= reads, cost
    assert cost.function_invocations == 0, cost


async def cost_of_sending(user: ChatUser, room: Row, content: str = CONTENT) -> Metered:
    """Return the cost of one message with a new key."""
    message = {"chatRoomId": room["id"], "content": content, "clientMessageId": str(uuid4())}
    _, cost = await user.graphql.measure(CREATE_MESSAGE, {"input": message})
    return cost


@pytest.fixture
async def full_room(shared_room: Row, alice: ChatUser) -> Row:
    """Create a room with two members and a page of messages of 400 bytes."""
    await asyncio.gather(*(alice.send(shared_room, CONTENT, clientMessageId=str(uuid4())) for _ in range(PAGE)))
    return shared_room


async def test_sending_costs_three_writes_and_two_reads(shared_room: Row, alice: ChatUser) -> None:
    cost = await cost_of_sending(alice, shared_room)

    assert_within(cost, writes=3, reads=2)
    assert cost.read_units == 2, "fewer would be an eventually consistent read of the membership"


async def test_sending_in_slow_mode_costs_one_more_write(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    backend.table("rooms").update_item(
        Key={"roomId": shared_room["id"]},
        UpdateExpression="SET slowModeSeconds = :seconds",
        ExpressionAttributeValues={":seconds": 1},
    )

    assert_within(await cost_of_sending(bob, shared_room), writes=4, reads=2)
    assert_within(await cost_of_sending(alice, shared_room), writes=3, reads=2)


async def test_sending_again_costs_one_refused_put(shared_room: Row, alice: ChatUser) -> None:
    message = {"chatRoomId": shared_room["id"], "content": CONTENT, "clientMessageId": str(uuid4())}
    await alice.graphql.execute(CREATE_MESSAGE, {"input": message})

    _, cost = await alice.graphql.measure(CREATE_MESSAGE, {"input": message})

    assert_within(cost, writes=1, reads=3)


async def test_joining_costs_three_writes_and_one_read(room: Row, bob: ChatUser) -> None:
    _, cost = await bob.graphql.measure(JOIN_CHAT_ROOM, {"chatRoomId": room["id"]})

    assert_within(cost, writes=3, reads=1)


async def test_creating_a_room_costs_six_writes(alice: ChatUser) -> None:
    """A transaction of room and membership, which doubles the cost of both, and their entries in two indexes."""
    _, public = await alice.graphql.measure(CREATE_CHAT_ROOM, {"input": {"name": "Measured"}})
    _, private = await alice.graphql.measure(CREATE_CHAT_ROOM, {"input": {"name": "Measured", "visibility": "PRIVATE"}})

    assert_within(public, writes=6, reads=0.5)
    assert_within(private, writes=5, reads=0.5)


async def test_fifty_of_my_rooms_cost_27_reads(new_user: NewUser) -> None:
    carol = await new_user("Carol")
    rooms = await asyncio.gather(*(carol.create_room() for _ in range(PAGE)))
    await asyncio.gather(*(carol.send(room, CONTENT) for room in rooms))

    data, cost = await carol.graphql.measure(MY_CHAT_ROOMS, {"limit": PAGE})

    assert len(data["myChatRooms"]["items"]) == PAGE
    assert all(entry["lastMessage"] and entry["unreadCount"] == 0 for entry in data["myChatRooms"]["items"])
    assert_within(cost, writes=0, reads=27)


async def test_page_of_history_costs_four_reads_and_the_membership(
    full_room: Row, bob: ChatUser, backend: LocalBackend
) -> None:
    data, cost = await bob.graphql.measure(MESSAGES_BY_ROOM, {"chatRoomId": full_room["id"], "limit": PAGE})

    assert len(data["messagesByRoom"]["items"]) == PAGE
    assert size_of_page(backend, full_room) == pytest.approx(PAGE * 400, rel=0.05)
    assert_within(cost, writes=0, reads=4 + 1)


async def test_consistent_page_costs_five_reads_and_the_membership(full_room: Row, bob: ChatUser) -> None:
    data, cost = await bob.graphql.measure(
        MESSAGES_BY_ROOM, {"chatRoomId": full_room["id"], "limit": PAGE, "afterSeq": 0}
    )

    assert len(data["messagesByRoom"]["items"]) == PAGE
    assert_within(cost, writes=0, reads=5 + 1)
    assert cost.read_units == 5 + 1, "half of it would be an eventually consistent read"


async def test_gap_fill_without_new_messages_costs_two_and_a_half_reads(full_room: Row, bob: ChatUser) -> None:
    """The membership, an empty page, and the room, which shows that there is no gap at the end."""
    _, cost = await bob.graphql.measure(MESSAGES_BY_ROOM, {"chatRoomId": full_room["id"], "afterSeq": PAGE})

    assert_within(cost, writes=0, reads=2.5)


async def test_subscribing_costs_one_read(shared_room: Row, bob: ChatUser) -> None:
    asking = {**bob.headers, "x-appsync-meter": "on"}
    async with bob.realtime() as connection:
        subscription = await connection.subscribe(
            ON_MESSAGE_CREATED, {"chatRoomId": shared_room["id"]}, authorization=asking
        )

    assert_within(subscription.meter, writes=0, reads=1)
    assert subscription.meter.read_units == 1, "half a unit would be an eventually consistent read of the membership"


async def test_reading_one_room_or_profile_costs_at_most_one_read(shared_room: Row, bob: ChatUser) -> None:
    _, room = await bob.graphql.measure(GET_CHAT_ROOM, {"id": shared_room["id"]})
    _, me = await bob.graphql.measure(ME)

    assert_within(room, writes=0, reads=1)
    assert_within(me, writes=0, reads=0.5)


async def test_page_of_public_rooms_costs_half_a_read_per_room(alice: ChatUser) -> None:
    for _ in range(4):
        await alice.create_room()

    data, cost = await alice.graphql.measure(LIST_CHAT_ROOMS, {"limit": 4})

    assert len(data["listChatRooms"]["items"]) == 4
    assert_within(cost, writes=0, reads=0.5 + 4 * 0.5)


async def test_cost_does_not_grow_with_members_or_messages(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    sending = await cost_of_sending(alice, shared_room)
    _, listing = await bob.graphql.measure(MESSAGES_BY_ROOM, {"chatRoomId": shared_room["id"], "limit": 1})
    with backend.table("memberships").batch_writer() as batch:
        for number in range(200):
            batch.put_item(
                {
                    "roomId": shared_room["id"],
                    "userId": f"crowd-{number}",
                    "displayName": "Crowd",
                    "role": "MEMBER",
                    "state": "ACTIVE",
                    "joinedAt": "2026-01-01T00:00:00.000Z",
                    "readSeq": 0,
                }
            )
    await asyncio.gather(*(alice.send(shared_room, CONTENT) for _ in range(60)))

    _, listing_then = await bob.graphql.measure(MESSAGES_BY_ROOM, {"chatRoomId": shared_room["id"], "limit": 1})

    assert await cost_of_sending(alice, shared_room) == sending
    assert listing_then == listing


def size_of_page(backend: LocalBackend, room: Row) -> int:
    """Return the size in bytes of a room's stored messages as in DynamoDB: names and values; small numbers have two."""
    return sum(
        len(name) + (len(value.encode()) if isinstance(value, str) else 2)
        for row in backend.rows("messages")
        if row["roomId"] == room["id"]
        for name, value in row.items()
    )
