"""Typing, presence and read markers through the public endpoint: published to the room and to nobody else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from chat_client import OperationError, SubscriptionError, document
from chat_client.client import without_selection

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row


def time_of(text: str) -> datetime:
    """Parse a time in the format of the API."""
    return datetime.fromisoformat(text)


def stored_of(backend: LocalBackend, room: Row, user: ChatUser) -> tuple[list[Row], dict[str, list[Row]]]:
    """Return a user's presence rows, and the rows of a room and its memberships."""
    presence = [row for row in backend.rows("presence") if row["userId"] == user.id]
    return presence, backend.rows_of(room, "rooms", "memberships")


async def test_typing_is_delivered_to_the_room_and_expires(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    before = stored_of(backend, shared_room, alice)
    values = {"chatRoomId": shared_room["id"]}
    begun = datetime.now(UTC)
    async with bob.realtime() as connection:
        started = await connection.subscribe(document("onTypingStarted"), values)
        stopped = await connection.subscribe(document("onTypingStopped"), values)
        typing = (await alice.graphql.execute(document("startTyping"), values))["startTyping"]
        over = (await alice.graphql.execute(document("stopTyping"), values))["stopTyping"]

        assert (await started.next()).data == {"onTypingStarted": without_selection(typing)}
        assert (await stopped.next()).data == {"onTypingStopped": without_selection(over)}

    assert (typing["userId"], typing["displayName"]) == (alice.id, (await alice.me())["displayName"])
    assert begun + timedelta(seconds=5) < time_of(typing["expiresAt"]) <= datetime.now(UTC) + timedelta(seconds=12)
    assert time_of(over["expiresAt"]) <= datetime.now(UTC)
    assert stored_of(backend, shared_room, alice) == before


async def test_typing_costs_no_write_and_one_read(shared_room: Row, alice: ChatUser) -> None:
    for text in (document("startTyping"), document("stopTyping")):
        _, cost = await alice.graphql.measure(text, {"chatRoomId": shared_room["id"]})
        assert (cost.write_units, cost.read_units, cost.function_invocations) == (0, 1, 0)


async def test_non_members_have_no_access_to_typing_and_presence(
    shared_room: Row, mallory: ChatUser, alice: ChatUser
) -> None:
    values = {"chatRoomId": shared_room["id"]}
    message = await alice.send(shared_room)
    for text, given in (
        (document("startTyping"), values),
        (document("stopTyping"), values),
        (document("presenceByRoom"), values),
        (document("updatePresence"), {"status": "ONLINE", **values}),
        (document("markRoomRead"), {"seq": 1, **values}),
        (document("seenBy"), {"messageId": message["id"]}),
    ):
        assert (await mallory.graphql.attempt(text, given)).error_types == ["Forbidden"]
    async with mallory.realtime() as connection:
        for text in (document("onTypingStarted"), document("onTypingStopped"), document("onUserPresenceChanged")):
            with pytest.raises(SubscriptionError) as refused:
                await connection.subscribe(text, values)
            assert refused.value.types == ["Forbidden"]


async def test_presence_is_published_to_the_room_in_view_and_readable_by_all(
    shared_room: Row, room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser
) -> None:
    assert shared_room == room
    await alice.send(shared_room)
    other = await alice.create_room()
    async with bob.realtime() as connection:
        heard = await connection.subscribe(document("onUserPresenceChanged"), {"chatRoomId": shared_room["id"]})
        await alice.be("ONLINE", other)
        await alice.be("ONLINE")
        told = await alice.be("BUSY", shared_room)

        assert (await heard.next()).data == {"onUserPresenceChanged": told}
        await heard.stays_silent()

    assert (told["status"], told["chatRoomId"], told["headSeq"]) == ("BUSY", shared_room["id"], 1)
    seen = (await mallory.graphql.execute(document("getUserPresence"), {"id": alice.id}))["getUserPresence"]
    assert (seen["status"], seen["chatRoomId"]) == ("BUSY", None)
    members = (await bob.graphql.execute(document("presenceByRoom"), {"chatRoomId": shared_room["id"]}))[
        "presenceByRoom"
    ]
    assert {member["userId"]: member["status"] for member in members}[alice.id] == "BUSY"
    assert {member["userId"] for member in members} == {alice.id, bob.id}


async def test_silent_user_is_offline_whatever_is_stored(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    await alice.be("ONLINE", shared_room)
    backend.table("presence").update_item(
        Key={"userId": alice.id},
        UpdateExpression="SET lastSeenAt = :then",
        ExpressionAttributeValues={":then": (datetime.now(UTC) - timedelta(seconds=121)).isoformat()[:23] + "Z"},
    )

    seen = (await bob.graphql.execute(document("getUserPresence"), {"id": alice.id}))["getUserPresence"]
    members = (await bob.graphql.execute(document("presenceByRoom"), {"chatRoomId": shared_room["id"]}))[
        "presenceByRoom"
    ]

    assert seen["status"] == "OFFLINE"
    assert {member["userId"]: member["status"] for member in members}[alice.id] == "OFFLINE"


async def test_heartbeats_cost_one_write_per_minute(shared_room: Row, alice: ChatUser, backend: LocalBackend) -> None:
    values = {"status": "AWAY", "chatRoomId": shared_room["id"]}
    await alice.be("AWAY", shared_room)
    costs = [(await alice.graphql.measure(document("updatePresence"), values))[1] for _ in range(5)]
    assert [cost.write_units for cost in costs] == [0] * 5
    backend.table("presence").update_item(
        Key={"userId": alice.id},
        UpdateExpression="SET lastSeenAt = :then",
        ExpressionAttributeValues={":then": (datetime.now(UTC) - timedelta(seconds=56)).isoformat()[:23] + "Z"},
    )
    _, due = await alice.graphql.measure(document("updatePresence"), values)
    assert (due.write_units, due.read_units, due.function_invocations) == (1, 1.5, 0)


async def test_large_rooms_get_no_presence_events(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    backend.table("rooms").update_item(
        Key={"roomId": shared_room["id"]},
        UpdateExpression="SET memberCount = :many",
        ExpressionAttributeValues={":many": 201},
    )
    async with bob.realtime() as connection:
        heard = await connection.subscribe(document("onUserPresenceChanged"), {"chatRoomId": shared_room["id"]})
        told = await alice.be("ONLINE", shared_room)
        await heard.stays_silent()

    assert (told["status"], told["chatRoomId"], told["headSeq"]) == ("ONLINE", None, 0)


async def test_unknown_user_has_no_presence(alice: ChatUser, backend: LocalBackend) -> None:
    answer = await alice.graphql.attempt(document("getUserPresence"), {"id": "00000000-0000-4000-8000-000000000000"})

    assert answer.error_types == ["NotFound"]
    assert "00000000-0000-4000-8000-000000000000" not in str(backend.rows("presence"))


async def test_read_marker_only_moves_forward(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    for _ in range(6):
        await alice.send(shared_room)
    assert (await bob.in_my_rooms(shared_room))["unreadCount"] == 6

    marks = await asyncio.gather(*(bob.mark_read(shared_room, seq) for seq in (3, 1, 4, 2, 0)))

    assert all(mark["readSeq"] <= 4 for mark in marks)
    assert (await bob.mark_read(shared_room, 1))["readSeq"] == 4
    assert (await bob.in_my_rooms(shared_room))["unreadCount"] == 2
    assert (await bob.mark_read(shared_room, 2_000_000))["readSeq"] == 6
    assert (await bob.in_my_rooms(shared_room))["unreadCount"] == 0
    await alice.send(shared_room)
    assert (await bob.in_my_rooms(shared_room))["unreadCount"] == 1


async def test_marking_as_read_costs_two_writes(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    await alice.send(shared_room)
    _, cost = await bob.graphql.measure(document("markRoomRead"), {"chatRoomId": shared_room["id"], "seq": 1})

    assert (cost.write_units, cost.read_units, cost.function_invocations) == (2, 2, 0)


async def test_only_members_have_a_read_marker(shared_room: Row, admin: ChatUser, backend: LocalBackend) -> None:
    with pytest.raises(OperationError) as refused:
        await admin.mark_read(shared_room, 0)

    assert refused.value.types == ["Forbidden"]
    assert admin.id not in [row["userId"] for row in backend.rows_of(shared_room, "memberships")["memberships"]]


async def test_seen_by_lists_members_who_have_read_the_message(
    shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    first, second = await alice.send(shared_room), await alice.send(shared_room)
    await bob.mark_read(shared_room, first["seq"])

    async def seen(message: Row) -> list[str]:
        found = (await alice.graphql.execute(document("seenBy"), {"messageId": message["id"]}))["seenBy"]
        return [member["userId"] for member in found]

    assert (await seen(first), await seen(second)) == ([bob.id], [])
