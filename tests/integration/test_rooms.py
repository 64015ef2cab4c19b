"""Rooms: creating, finding, joining and listing them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from chat_client import OperationError
from contract.limits import LIMITS
from tests.helpers.chat import GET_CHAT_ROOM, JOIN_CHAT_ROOM

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

pytestmark = pytest.mark.usefixtures("refused_result")


async def test_creating_a_room_makes_the_caller_its_owner_and_only_member(alice: ChatUser) -> None:
    room = await alice.create_room(name="  Garden  ", description="Roses and weeds", visibility="PRIVATE")
    entry = await alice.in_my_rooms(room)

    assert room["name"] == "Garden"
    assert room["description"] == "Roses and weeds"
    assert room["visibility"] == "PRIVATE"
    assert room["createdBy"] == alice.id
    assert (room["memberCount"], room["lastSeq"], room["lastMessageAt"]) == (1, 0, None)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(room["createdAt"])) < timedelta(seconds=30)
    assert entry["chatRoom"] == room
    assert (entry["membership"]["role"], entry["membership"]["state"]) == ("OWNER", "ACTIVE")
    assert (entry["membership"]["userId"], entry["membership"]["chatRoomId"]) == (alice.id, room["id"])
    assert (entry["lastMessage"], entry["unreadCount"]) == (None, 0)


async def test_room_is_public_by_default(alice: ChatUser) -> None:
    assert (await alice.create_room(name="Open"))["visibility"] == "PUBLIC"
    assert (await alice.create_room(name="Open", visibility=None, description=None))["visibility"] == "PUBLIC"


async def test_two_rooms_may_have_the_same_name(alice: ChatUser) -> None:
    first, second = await asyncio.gather(alice.create_room(name="Twin"), alice.create_room(name="Twin"))

    assert first["id"] != second["id"]


async def test_public_room_is_visible_to_non_members(room: Row, mallory: ChatUser) -> None:
    assert await mallory.room(room["id"]) == room


async def test_private_room_is_visible_to_members_only(alice: ChatUser, mallory: ChatUser, moderator: ChatUser) -> None:
    room = await alice.create_room(visibility="PRIVATE")

    assert await alice.room(room["id"]) == room
    assert await moderator.room(room["id"]) == room
    with pytest.raises(OperationError) as refused:
        await mallory.room(room["id"])
    assert refused.value.types == ["Forbidden"]
    assert refused.value.data == {"getChatRoom": None}


async def test_joining_creates_a_membership(room: Row, bob: ChatUser, alice: ChatUser) -> None:
    membership = await bob.join(room)

    assert membership["chatRoomId"] == room["id"]
    assert membership["userId"] == bob.id
    assert (membership["role"], membership["state"], membership["mutedUntil"]) == ("MEMBER", "ACTIVE", None)
    assert membership["displayName"] == (await bob.me())["displayName"]
    assert (await alice.room(room["id"]))["memberCount"] == 2
    assert (await bob.in_my_rooms(room))["membership"] == membership


async def test_joining_again_changes_nothing(room: Row, bob: ChatUser) -> None:
    first = await bob.join(room)
    second = await bob.join(room)

    assert second == first
    assert (await bob.room(room["id"]))["memberCount"] == 2


async def test_concurrent_joins_from_several_devices_count_once(
    room: Row, bob: ChatUser, backend: LocalBackend
) -> None:
    memberships = await asyncio.gather(*(bob.join(room) for _ in range(8)))

    assert all(membership == memberships[0] for membership in memberships)
    assert (await bob.room(room["id"]))["memberCount"] == 2
    rows = backend.rows_of(room, "memberships")["memberships"]
    assert sorted(str(row["userId"]) for row in rows) == sorted([str(room["createdBy"]), bob.id])


async def test_owner_who_joins_remains_the_owner(room: Row, alice: ChatUser) -> None:
    assert (await alice.join(room))["role"] == "OWNER"
    assert (await alice.room(room["id"]))["memberCount"] == 1


async def test_private_room_cannot_be_joined(alice: ChatUser, mallory: ChatUser, backend: LocalBackend) -> None:
    room = await alice.create_room(visibility="PRIVATE")

    with pytest.raises(OperationError) as refused:
        await mallory.join(room)

    assert refused.value.types == ["Forbidden"]
    there = {row["userId"] for row in backend.rows_of(room, "memberships")["memberships"]}
    assert there == {alice.id}
    assert (await alice.room(room["id"]))["memberCount"] == 1


@pytest.mark.parametrize(("document", "argument"), [(GET_CHAT_ROOM, "id"), (JOIN_CHAT_ROOM, "chatRoomId")])
async def test_unknown_room_is_not_found_and_not_created(
    document: str, argument: str, bob: ChatUser, backend: LocalBackend
) -> None:
    before = len(backend.rows("rooms")), len(backend.rows("memberships"))

    answer = await bob.graphql.attempt(document, {argument: "00000000-0000-4000-8000-000000000000"})

    assert answer.error_types == ["NotFound"]
    assert (len(backend.rows("rooms")), len(backend.rows("memberships"))) == before


async def test_public_rooms_are_listed_newest_first_without_private_rooms(alice: ChatUser, mallory: ChatUser) -> None:
    hidden = await alice.create_room(visibility="PRIVATE")
    older = await alice.create_room()
    newer = await alice.create_room()

    listed = [room["id"] for room in (await mallory.public_rooms())["items"]]

    assert listed[:2] == [newer["id"], older["id"]]
    assert hidden["id"] not in listed


async def test_pages_of_public_rooms_contain_each_room_once(alice: ChatUser, bob: ChatUser) -> None:
    rooms = [(await alice.create_room())["id"] for _ in range(5)]

    found: list[str] = []
    page = await bob.public_rooms(limit=2)
    while True:
        found += [room["id"] for room in page["items"]]
        if not page["nextToken"] or set(rooms) <= set(found):
            break
        assert len(page["items"]) == 2, "a page is full while there is a next one"
        page = await bob.public_rooms(limit=2, nextToken=page["nextToken"])

    assert len(found) == len(set(found))
    assert found[:5] == rooms[::-1]


async def test_my_rooms_are_the_rooms_with_a_membership(alice: ChatUser, new_user: NewUser) -> None:
    carol = await new_user("Carol")
    rooms = [await alice.create_room() for _ in range(5)]
    for room in rooms[:3]:
        await carol.join(room)
    own = await carol.create_room(visibility="PRIVATE")

    everything = await carol.my_rooms()
    found: list[str] = []
    page = await carol.my_rooms(limit=3)
    while page["nextToken"]:
        found += [entry["chatRoom"]["id"] for entry in page["items"]]
        page = await carol.my_rooms(limit=3, nextToken=page["nextToken"])
    found += [entry["chatRoom"]["id"] for entry in page["items"]]

    expected = sorted([own["id"], *(room["id"] for room in rooms[:3])])
    assert [entry["chatRoom"]["id"] for entry in everything["items"]] == expected
    assert everything["nextToken"] is None
    assert found == expected


async def test_my_rooms_contain_the_last_message_and_unread_counts(
    shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    for number in range(3):
        last = await alice.send(shared_room, f"{number} " + "x" * 200)

    entry = await bob.in_my_rooms(shared_room)

    assert entry["unreadCount"] == 3
    assert entry["chatRoom"]["lastSeq"] == 3
    assert entry["chatRoom"]["lastMessageAt"] == last["createdAt"]
    assert entry["lastMessage"]["content"] == last["content"][:100]
    for name in ("seq", "type", "authorId", "authorName", "createdAt"):
        assert entry["lastMessage"][name] == last[name]


async def test_messages_before_joining_are_not_unread(room: Row, alice: ChatUser, bob: ChatUser) -> None:
    for _ in range(4):
        await alice.send(room)
    membership = await bob.join(room)

    assert membership["readSeq"] == 4
    assert (await bob.in_my_rooms(room))["unreadCount"] == 0
    await alice.send(room)
    assert (await bob.in_my_rooms(room))["unreadCount"] == 1


async def test_empty_blank_and_too_long_room_texts_are_refused(alice: ChatUser, backend: LocalBackend) -> None:
    before = len(backend.rows("rooms")), len(backend.rows("memberships"))

    for wrong in (
        {"name": ""},
        {"name": "   "},
        {"name": "n" * (LIMITS["roomNameLength"] + 1)},
        {"description": "d" * (LIMITS["roomDescriptionLength"] + 1)},
    ):
        with pytest.raises(OperationError) as refused:
            await alice.create_room(**wrong)
        assert refused.value.types == ["ValidationError"], wrong

    assert (len(backend.rows("rooms")), len(backend.rows("memberships"))) == before
    assert (await alice.create_room(name="n" * 80, description="d" * 250))["name"] == "n" * 80
