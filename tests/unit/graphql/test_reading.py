"""Tests of read positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.graphql.world import Outcome, User, World


@pytest.fixture
def read_room(world: World, alice: User, bob: User, room: str) -> str:
    """A room of alice and bob with five messages by alice."""
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    for _ in range(5):
        world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x"})
    return room


def mark(world: World, user: User, room: str, seq: int) -> Outcome:
    return world.run("Mutation.markRoomRead", user, chatRoomId=room, seq=seq)


def unread(world: World, user: User) -> int:
    (entry,) = world.run("Query.myChatRooms", user).data["items"]
    count: int = entry["unreadCount"]
    return count


def mention(world: World, room: str, count: int, seq: int) -> None:
    """Count mentions of bob as the notifications function does."""
    (row,) = [row for row in world.items("memberships") if row["userId"] == "id-bob" and row["roomId"] == room]
    world.give("memberships", **{**row, "mentionCount": count, "lastMentionSeq": seq})


def test_read_position_moves_forward_up_to_the_last_message(world: World, bob: User, read_room: str) -> None:
    marks = [mark(world, bob, read_room, seq).data["readSeq"] for seq in (2, 1, 0, 4, 4, 99, 3)]
    assert marks == [2, 2, 2, 4, 4, 5, 5]
    assert unread(world, bob) == 0


def test_messages_after_the_read_position_are_unread(world: World, bob: User, read_room: str) -> None:
    assert unread(world, bob) == 5
    mark(world, bob, read_room, 3)
    assert unread(world, bob) == 2


def test_last_author_has_read_everything_without_a_write(world: World, alice: User, bob: User, read_room: str) -> None:
    assert unread(world, alice) == 0
    world.run("Mutation.createMessage", bob, input={"chatRoomId": read_room, "content": "x"})
    assert (unread(world, bob), unread(world, alice)) == (0, 6), "own ones count again until they are marked as read"
    mark(world, alice, read_room, 5)
    assert unread(world, alice) == 1


def test_marking_costs_a_write_and_its_index_entry(world: World, bob: User, read_room: str) -> None:
    outcome = mark(world, bob, read_room, 3)
    assert (outcome.write_units, outcome.read_units) == (2, 2)
    assert mark(world, bob, read_room, 2).write_units == 0


def test_read_mentions_are_no_longer_counted(world: World, bob: User, read_room: str) -> None:
    mention(world, read_room, 2, 4)
    assert mark(world, bob, read_room, 3).data["mentionCount"] == 2
    assert mark(world, bob, read_room, 4).data["mentionCount"] == 0


def test_concurrent_mention_is_not_lost(world: World, bob: User, read_room: str) -> None:
    mention(world, read_room, 2, 4)
    marking = world.start("Mutation.markRoomRead", bob, chatRoomId=read_room, seq=4)
    marking.step()
    mention(world, read_room, 3, 5)
    assert marking.finish().error_type == "Conflict"
    assert mark(world, bob, read_room, 4).data["mentionCount"] == 3


def test_only_members_mark_rooms_as_read(world: World, bob: User, admin: User, room: str) -> None:
    for user in (bob, admin):
        assert mark(world, user, room, 1).error_type == "Forbidden"
        assert mark(world, user, "unknown", 1).error_type == "NotFound"
    assert mark(world, bob, room, -1).error_type == "ValidationError"
    assert len(world.items("memberships")) == 1


def test_marking_while_leaving_does_not_restore_the_membership(world: World, bob: User, read_room: str) -> None:
    marking = world.start("Mutation.markRoomRead", bob, chatRoomId=read_room, seq=4)
    marking.step()
    (row,) = [row for row in world.items("memberships") if row["userId"] == "id-bob"]
    world.give("memberships", **{**row, "state": "LEFT"})
    assert marking.finish().error_type == "Forbidden"


def test_seen_by_lists_members_who_have_read_the_message(world: World, alice: User, bob: User, read_room: str) -> None:
    def seen(seq: int) -> list[str]:
        found = world.run("Query.seenBy", alice, messageId=f"{read_room}:{seq}").data
        return [member["userId"] for member in found]

    mark(world, bob, read_room, 3)
    mark(world, alice, read_room, 5)
    assert [seen(seq) for seq in (2, 3, 4)] == [["id-bob"], ["id-bob"], []]


def test_seen_by_requires_a_member_a_small_room_and_a_message(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x"})
    assert world.run("Query.seenBy", bob, messageId=f"{room}:1").error_type == "Forbidden"
    assert world.run("Query.seenBy", alice, messageId=f"{room}:2").error_type == "NotFound"
    (row,) = world.items("rooms")
    world.give("rooms", **{**row, "memberCount": 100})
    assert world.run("Query.seenBy", alice, messageId=f"{room}:1").data == []
    world.give("rooms", **{**row, "memberCount": 101})
    assert world.run("Query.seenBy", alice, messageId=f"{room}:1").error_type == "ValidationError"
