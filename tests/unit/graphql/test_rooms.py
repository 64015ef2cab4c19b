"""Tests of creating, joining, finding and listing rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contract.limits import LIMITS

if TYPE_CHECKING:
    from tests.unit.graphql.conftest import NewRoom
    from tests.unit.graphql.world import User, World


def test_create_chat_room_writes_the_room_and_its_owner(world: World, alice: User) -> None:
    world.give("users", userId="id-alice", displayName="Alice", createdAt="2029-12-31T00:00:00.000Z")
    outcome = world.run(
        "Mutation.createChatRoom",
        alice,
        input={"name": "  General ", "description": " All  of us ", "visibility": None},
    )
    room = outcome.data
    assert room == {
        "id": room["id"],
        "name": "General",
        "description": "All  of us",
        "visibility": "PUBLIC",
        "createdBy": "id-alice",
        "memberCount": 1,
        "lastSeq": 0,
        "createdAt": "2030-01-01T00:00:00.000Z",
        "frozen": False,
        "slowModeSeconds": 0,
        "historyVisibility": "FROM_START",
        "version": 1,
    }
    assert world.items("memberships") == [
        {
            "roomId": room["id"],
            "userId": "id-alice",
            "displayName": "Alice",
            "role": "OWNER",
            "state": "ACTIVE",
            "joinedAt": "2030-01-01T00:00:00.000Z",
            "joinedSeq": 0,
            "readSeq": 0,
        }
    ]
    assert outcome.functions == ["readProfile", "createRoom"]


def test_private_room_is_not_in_the_index_and_has_no_empty_attribute(world: World, new_room: NewRoom) -> None:
    new_room(visibility="PRIVATE", description="   ")
    (row,) = world.items("rooms")
    assert {"listedVisibility", "description", "lastMessage", "lastMessageAt"}.isdisjoint(row)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": ""}, "input.name is empty"),
        ({"name": " \n\t "}, "input.name is empty"),
        (
            {"name": "n" * (LIMITS["roomNameLength"] + 1)},
            f"input.name has more than {LIMITS['roomNameLength']} characters",
        ),
        (
            {"name": "n", "description": "d" * (LIMITS["roomDescriptionLength"] + 1)},
            f"input.description has more than {LIMITS['roomDescriptionLength']} characters",
        ),
    ],
)
def test_create_chat_room_refuses_values_out_of_limits(
    world: World, alice: User, values: dict[str, Any], says: str
) -> None:
    outcome = world.run("Mutation.createChatRoom", alice, input=values)
    assert outcome.error_type == "ValidationError"
    assert says in (outcome.error_message or "")
    assert outcome.calls == []


def test_create_chat_room_accepts_names_at_the_limit(world: World, alice: User) -> None:
    outcome = world.run("Mutation.createChatRoom", alice, input={"name": "n" * 80, "description": "d" * 250})
    assert outcome.error_type is None


def test_join_chat_room_costs_three_writes_and_one_read(world: World, bob: User, room: str) -> None:
    outcome = world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert outcome.data == {
        "chatRoomId": room,
        "userId": "id-bob",
        "displayName": "bob",
        "role": "MEMBER",
        "state": "ACTIVE",
        "joinedAt": "2030-01-01T00:00:00.000Z",
        "readSeq": 0,
        "mentionCount": 0,
    }
    assert (outcome.write_units, outcome.read_units) == (3, 1)
    assert world.items("rooms")[0]["memberCount"] == 2


def test_new_members_have_no_unread_messages(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "before"})
    assert world.run("Mutation.joinChatRoom", bob, chatRoomId=room).data["readSeq"] == 1
    assert world.run("Query.myChatRooms", bob).data["items"][0]["unreadCount"] == 0


def test_joining_again_returns_the_membership_without_a_write(world: World, bob: User, room: str) -> None:
    first = world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    world.wait(60)
    second = world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert second.data == first.data
    assert second.write_units == 0
    assert world.items("rooms")[0]["memberCount"] == 2


def test_concurrent_joins_count_one_member(world: World, bob: User, room: str) -> None:
    slow = world.start("Mutation.joinChatRoom", bob, chatRoomId=room)
    slow.step()
    slow.step()
    first = world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert slow.finish().data == first.data
    assert world.items("rooms")[0]["memberCount"] == 2


def test_ban_during_joining_wins(world: World, bob: User, room: str) -> None:
    slow = world.start("Mutation.joinChatRoom", bob, chatRoomId=room)
    slow.step()
    world.give("memberships", roomId=room, userId="id-bob", displayName="bob", state="BANNED", readSeq=0)
    assert slow.finish().error_type == "Banned"
    assert world.items("rooms")[0]["memberCount"] == 1


@pytest.mark.parametrize("state", ["LEFT", "INVITED"])
def test_joining_makes_a_membership_active_and_keeps_its_mute(world: World, bob: User, room: str, state: str) -> None:
    until = "2030-02-01T00:00:00.000Z"
    world.give("memberships", roomId=room, userId="id-bob", displayName="old", state=state, readSeq=0, mutedUntil=until)
    joined = world.run("Mutation.joinChatRoom", bob, chatRoomId=room).data
    assert (joined["state"], joined["displayName"], joined["mutedUntil"]) == ("ACTIVE", "bob", until)
    assert world.items("rooms")[0]["memberCount"] == 2


def test_joining_a_closed_room_is_refused(world: World, bob: User, new_room: NewRoom) -> None:
    private, public, archived = new_room(visibility="PRIVATE"), new_room(), new_room()
    world.give("memberships", roomId=public, userId="id-bob", displayName="bob", state="BANNED", readSeq=0)
    row = next(item for item in world.items("rooms") if item["roomId"] == archived)
    world.give("rooms", **row, archivedAt="2029-12-31T00:00:00.000Z")
    before = world.items("rooms"), world.items("memberships")
    refusals = {
        "unknown": "NotFound",
        private: "Forbidden",
        public: "Banned",
        archived: "RoomFrozen",
        "no id!": "ValidationError",
        "": "ValidationError",
    }
    for room, error_type in refusals.items():
        assert world.run("Mutation.joinChatRoom", bob, chatRoomId=room).error_type == error_type
    assert (world.items("rooms"), world.items("memberships")) == before


def test_get_chat_room_returns_public_rooms_to_all_users(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "members only"})
    outcome = world.run("Query.getChatRoom", bob, id=room)
    assert outcome.data["lastSeq"] == 1
    assert "members only" not in str(outcome.data)
    assert outcome.functions == ["findRoom"]


def test_get_chat_room_returns_private_rooms_to_members_and_admins(
    world: World, alice: User, bob: User, admin: User, new_room: NewRoom
) -> None:
    private = new_room(visibility="PRIVATE")
    assert world.run("Query.getChatRoom", alice, id=private).data["id"] == private
    assert world.run("Query.getChatRoom", admin, id=private).data["id"] == private
    assert world.run("Query.getChatRoom", bob, id=private).error_type == "Forbidden"
    assert world.run("Query.getChatRoom", bob, id="unknown").error_type == "NotFound"
    assert world.run("Query.getChatRoom", admin, id="unknown").error_type == "NotFound"


def test_list_chat_rooms_pages_through_public_rooms_newest_first(world: World, bob: User, new_room: NewRoom) -> None:
    rooms = []
    for number in range(5):
        rooms.append(new_room(name=f"Room {number}"))
        world.wait(1)
    new_room(visibility="PRIVATE")
    seen: list[str] = []
    token = None
    for _ in range(3):
        page = world.run("Query.listChatRooms", bob, limit=2, nextToken=token).data
        seen += [item["id"] for item in page["items"]]
        token = page["nextToken"]
    assert (seen, token) == (rooms[::-1], None)
    assert world.run("Query.listChatRooms", bob).data["items"][0]["name"] == "Room 4"


def test_list_chat_rooms_omits_rooms_with_a_stale_index_entry(world: World, bob: User, new_room: NewRoom) -> None:
    new_room()
    (row,) = world.items("rooms")
    listing = world.start("Query.listChatRooms", bob)
    listing.step()
    world.give("rooms", **{name: value for name, value in row.items() if name != "listedVisibility"})
    assert listing.finish().data["items"] == []


def test_a_message_does_not_write_to_the_index_of_public_rooms(world: World, alice: User, room: str) -> None:
    outcome = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hello"})
    assert outcome.write_units == 3


def test_my_chat_rooms_returns_last_message_and_unread_count(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    for content in ("one", "t" * 150):
        world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": content})
    (item,) = world.run("Query.myChatRooms", bob).data["items"]
    assert item["chatRoom"]["id"] == item["membership"]["chatRoomId"] == room
    assert item["unreadCount"] == 2
    assert item["lastMessage"] == {
        "seq": 2,
        "type": "TEXT",
        "content": "t" * 100,
        "authorId": "id-alice",
        "authorName": "alice",
        "createdAt": "2030-01-01T00:00:00.000Z",
    }


def test_my_chat_rooms_has_full_pages_of_active_memberships(world: World, bob: User) -> None:
    active = [f"room-{number}" for number in range(9) if number % 3]
    for number in range(9):
        room = f"room-{number}"
        state = "ACTIVE" if room in active else "BANNED"
        world.give("rooms", roomId=room, name=room, visibility="PUBLIC", lastSeq=0)
        world.give("memberships", roomId=room, userId="id-bob", displayName="bob", state=state, readSeq=0)
    first = world.run("Query.myChatRooms", bob, limit=3).data
    second = world.run("Query.myChatRooms", bob, limit=3, nextToken=first["nextToken"]).data
    pages = [[item["chatRoom"]["id"] for item in page["items"]] for page in (first, second)]
    assert pages == [active[:3], active[3:]]
    assert second["nextToken"] is None


def test_my_chat_rooms_reads_50_rooms_for_27_units(world: World, bob: User, alice: User) -> None:
    rooms = [f"0b0e7b1c-8f6e-4c53-9f42-0000000000{number:02}" for number in range(50)]
    for room in rooms:
        world.give("rooms", roomId=room, name=room, visibility="PUBLIC", memberCount=1, lastSeq=0)
        world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    outcome = world.run("Query.myChatRooms", bob, limit=50)
    assert len(outcome.data["items"]) == 50
    assert outcome.data["nextToken"] is None
    assert outcome.read_units <= 27
    assert world.run("Query.myChatRooms", alice).data == {"items": [], "nextToken": None}


@pytest.mark.parametrize("field", ["Query.listChatRooms", "Query.myChatRooms"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": 101},
        {"nextToken": ""},
        {"nextToken": "nonsense"},
        {"nextToken": "before:5"},
    ],
)
def test_lists_refuse_invalid_pages(world: World, alice: User, field: str, arguments: dict[str, Any]) -> None:
    outcome = world.run(field, alice, **arguments)
    assert outcome.error_type == "ValidationError"
    assert next(iter(arguments)) in (outcome.error_message or "")


@pytest.mark.parametrize("field", ["Query.listChatRooms", "Query.myChatRooms"])
def test_lists_treat_null_as_absent(world: World, alice: User, field: str) -> None:
    assert world.run(field, alice, limit=None, nextToken=None).data == {"items": [], "nextToken": None}
