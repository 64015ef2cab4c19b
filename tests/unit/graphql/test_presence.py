"""Tests of typing and presence: events, stored rows and expiry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.graphql.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.graphql.world import Outcome, User

START = "2030-01-01T00:00:00.000Z"


def update(world: World, user: User, status: str = "ONLINE", room: str | None = None) -> Outcome:
    return world.run("Mutation.updatePresence", user, status=status, chatRoomId=room)


def status_of(world: World, asking: User, user: User) -> str:
    status: str = world.run("Query.getUserPresence", asking, id=f"id-{user.name}").data["status"]
    return status


@pytest.mark.parametrize(("field", "until"), [("startTyping", "2030-01-01T00:00:12.000Z"), ("stopTyping", START)])
def test_typing_is_published_and_not_stored(world: World, alice: User, room: str, field: str, until: str) -> None:
    outcome = world.run(f"Mutation.{field}", alice, chatRoomId=room)
    assert outcome.data == {"chatRoomId": room, "userId": "id-alice", "displayName": "alice", "expiresAt": until}
    assert (outcome.write_units, outcome.read_units) == (0, 1)


@pytest.mark.parametrize("field", ["Mutation.startTyping", "Mutation.stopTyping", "Query.presenceByRoom"])
def test_typing_and_presence_require_a_membership(world: World, bob: User, room: str, field: str) -> None:
    assert world.run(field, bob, chatRoomId=room).error_type == "Forbidden"
    assert world.run(field, bob, chatRoomId="unknown").error_type == "NotFound"
    assert world.run(field, bob, chatRoomId="").error_type == "ValidationError"


def test_heartbeat_is_written_once_a_minute(world: World, alice: User) -> None:
    assert update(world, alice).write_units == 2
    writes = []
    for _ in range(12):
        world.wait(10)
        writes.append(update(world, alice).write_units)
    assert writes == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]


def test_status_change_is_written_immediately(world: World, alice: User, bob: User) -> None:
    for status in ("ONLINE", "BUSY", "AWAY", "OFFLINE", "ONLINE"):
        update(world, alice, status)
        assert status_of(world, bob, alice) == status


def test_offline_users_are_not_in_the_index_and_write_nothing(world: World, alice: User) -> None:
    update(world, alice)
    assert world.items("presence")[0]["onlineShard"] in set("01234567")
    update(world, alice, "OFFLINE")
    assert "onlineShard" not in world.items("presence")[0]
    world.wait(3600)
    outcome = update(world, alice, "OFFLINE")
    assert (outcome.write_units, outcome.data["lastSeenAt"]) == (0, START)


def test_users_are_offline_after_missed_heartbeats(world: World, alice: User, bob: User) -> None:
    update(world, alice, "BUSY")
    world.wait(120)
    assert status_of(world, bob, alice) == "BUSY"
    world.wait(1)
    outcome = world.run("Query.getUserPresence", bob, id="id-alice")
    assert outcome.data == {"userId": "id-alice", "status": "OFFLINE", "lastSeenAt": START}
    assert outcome.read_units == 1


def test_heartbeat_after_the_clock_was_set_back_is_written(world: World, alice: User, bob: User) -> None:
    world.wait(3600)
    update(world, alice)
    world.wait(-5)
    assert update(world, alice).write_units == 0, "one clock is seldom exactly another"
    world.wait(-3595)
    assert update(world, alice).write_units == 1
    assert world.items("presence")[0]["lastSeenAt"] == START
    world.wait(121)
    assert status_of(world, bob, alice) == "OFFLINE"


def test_user_without_presence_is_offline_and_unknown_user_an_error(world: World, alice: User) -> None:
    world.give("users", userId="id-bob", displayName="Bob", createdAt=START)
    assert world.run("Query.getUserPresence", alice, id="id-bob").data["status"] == "OFFLINE"
    assert world.run("Query.getUserPresence", alice, id="nobody").error_type == "NotFound"
    assert world.run("Query.getUserPresence", alice, id="a#b").error_type == "ValidationError"
    assert world.items("presence") == []


def test_viewed_room_is_notified_and_its_head_returned(world: World, alice: User, room: str) -> None:
    world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x"})
    outcome = update(world, alice, "ONLINE", room)
    assert outcome.data == {
        "userId": "id-alice",
        "status": "ONLINE",
        "lastSeenAt": START,
        "chatRoomId": room,
        "headSeq": 1,
    }
    assert world.items("presence")[0]["lastChatRoomId"] == room
    assert outcome.read_units == 1.5
    assert update(world, alice).data["chatRoomId"] is None


def test_large_room_is_not_notified(world: World, alice: User, room: str) -> None:
    (row,) = world.items("rooms")
    world.give("rooms", **{**row, "memberCount": 200})
    assert update(world, alice, "ONLINE", room).data["chatRoomId"] == room
    world.give("rooms", **{**row, "memberCount": 201})
    outcome = update(world, alice, "ONLINE", room)
    assert (outcome.data["chatRoomId"], outcome.data["headSeq"]) == (None, 0)


def test_only_members_notify_a_room(world: World, bob: User, room: str) -> None:
    assert update(world, bob, "ONLINE", room).error_type == "Forbidden"
    assert update(world, bob, "ONLINE", "unknown").error_type == "NotFound"
    assert update(world, bob, "ONLINE", "a#b").error_type == "ValidationError"
    assert world.items("presence") == []


def test_presence_by_room_returns_active_members(world: World, alice: User, room: str) -> None:
    states = {"ACTIVE": 150, "LEFT": 300, "BANNED": 1}
    for state, number in states.items():
        for index in range(number):
            world.give(
                "memberships",
                roomId=room,
                userId=f"{index:03}-{state}",
                displayName="x",
                role="MEMBER",
                state=state,
                joinedSeq=0,
                readSeq=0,
            )
            if index % 2:
                world.give("presence", userId=f"{index:03}-{state}", status="AWAY", lastSeenAt=START)
    update(world, alice)
    found = world.run("Query.presenceByRoom", alice, chatRoomId=room).data
    assert len(found) == 151
    assert sum(one["status"] == "AWAY" for one in found) == 75
    assert sum(one["status"] == "OFFLINE" for one in found) == 75
    assert {"userId": "id-alice", "status": "ONLINE", "lastSeenAt": START} in found
    world.give("rooms", **{**world.items("rooms")[0], "memberCount": 201})
    assert world.run("Query.presenceByRoom", alice, chatRoomId=room).error_type == "ValidationError"


def test_subscription_to_presence_requires_a_room(world: World, alice: User) -> None:
    assert world.run("Subscription.onUserPresenceChanged", alice).error_type == "ValidationError"


# --- load shedding ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shedding_world() -> Iterator[World]:
    """A backend with load shedding enabled."""
    world = World(shed=("typing", "presence"))
    yield world
    world.close()


def test_load_shedding_refuses_typing_before_any_read(shedding_world: World, alice: User) -> None:
    shedding_world.reset()
    for field in ("Mutation.startTyping", "Mutation.stopTyping"):
        outcome = shedding_world.run(field, alice, chatRoomId="r")
        assert (outcome.error_type, outcome.read_units) == ("RateLimited", 0)


def test_load_shedding_stores_presence_but_does_not_notify_rooms(
    world: World, shedding_world: World, alice: User
) -> None:
    told = []
    for one in (world, shedding_world):
        one.reset()
        room = one.run("Mutation.createChatRoom", alice, input={"name": "Room"}).data["id"]
        told.append(update(one, alice, "BUSY", room).data["chatRoomId"] == room)
        assert status_of(one, alice, alice) == "BUSY"

    assert told == [True, False]
