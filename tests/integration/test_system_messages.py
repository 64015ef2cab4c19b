"""System messages about joins, leaves and new names: delivered live and stored, once per event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.helpers.system_messages import deliver, telling
from tests.helpers.waiting import eventually
from tests.unit.lambdas.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

SECONDS = 60
PUBLISH = "mutation Publish($input: PublishMessageInput!) { publishMessage(input: $input) { id } }"


@pytest.fixture(autouse=True, scope="module")
def told(backend: LocalBackend) -> Iterator[None]:
    """Enable all system messages."""
    with telling(backend):
        yield


async def kinds(user: ChatUser, room: Row) -> list[str]:
    """Return the room's system messages, oldest first."""
    return [row["systemEvent"]["kind"] for row in await user.history(room, afterSeq=0) if row["type"] == "SYSTEM"]


async def has_been_told(user: ChatUser, room: Row, *expected: str) -> list[Row]:
    """Wait until the room has exactly these system messages; return them."""

    async def probe() -> list[str]:
        return await kinds(user, room)

    await eventually(probe, until=lambda found: found == list(expected), within=SECONDS)
    return await user.history(room, afterSeq=0)


def joining(backend: LocalBackend, room_id: str, event_id: str, **more: object) -> dict[str, Any]:
    """Return the stream record of a user's joining."""
    row = {"roomId": room_id, "userId": "newcomer", "displayName": "Nora", "role": "MEMBER", "state": "ACTIVE", **more}
    return {**record("1", backend.outputs["MembershipsTableName"], new=row), "eventID": event_id}


async def test_members_receive_joins_and_leaves_live(room: Row, alice: ChatUser, bob: ChatUser) -> None:
    async with alice.listening(room) as subscription:
        await bob.join(room)
        event = await subscription.next(SECONDS)
        (told,) = await alice.history(room, afterSeq=0)
        assert event.data == {"onMessageCreated": told}
        assert (told["seq"], told["content"]) == (1, "Bob joined.")
        assert (told["authorId"], told["authorName"], told["mentions"]) == (bob.id, "Bob", [])
        assert told["systemEvent"] == {
            "kind": "MEMBER_JOINED",
            "userId": bob.id,
            "userName": "Bob",
            "actorId": None,
            "actorName": None,
            "name": None,
            "previousName": None,
        }
        await bob.run("leaveChatRoom", chatRoomId=room["id"])
        await has_been_told(alice, room, "MEMBER_JOINED", "MEMBER_LEFT")
        await bob.join(room)
        await alice.run("removeMember", chatRoomId=room["id"], userId=bob.id, reason="spam")
        rows = await has_been_told(alice, room, "MEMBER_JOINED", "MEMBER_LEFT", "MEMBER_JOINED", "MEMBER_REMOVED")

    assert [row["seq"] for row in rows] == [1, 2, 3, 4]
    assert rows[-1]["content"] == "Alice removed Bob."
    assert rows[-1]["systemEvent"]["actorId"] == alice.id
    assert "spam" not in str(rows)


async def test_new_name_is_announced_with_the_old_one_once_per_change(room: Row, alice: ChatUser) -> None:
    for name in ("First", "Second", "Second"):
        await alice.run("updateChatRoom", input={"id": room["id"], "name": name})
    rows = await has_been_told(alice, room, "ROOM_RENAMED", "ROOM_RENAMED")
    await alice.send(room)
    await alice.run("updateChatRoom", input={"id": room["id"], "description": "The same name"})
    await alice.run("updateChatRoom", input={"id": room["id"], "name": "Third"})
    rows = await has_been_told(alice, room, *["ROOM_RENAMED"] * 3)

    told = [(row["systemEvent"]["previousName"], row["systemEvent"]["name"]) for row in rows if row["systemEvent"]]
    assert told == [(room["name"], "First"), ("First", "Second"), ("Second", "Third")]
    assert rows[0]["content"] == f'Alice renamed the room from "{room["name"]}" to "First".'
    assert (rows[0]["authorId"], rows[0]["systemEvent"]["userId"]) == (alice.id, alice.id)


async def test_refused_change_of_the_name_is_not_announced(room: Row, alice: ChatUser) -> None:
    late = {"id": room["id"], "name": "Late", "expectedVersion": 7}
    assert await alice.refusal("updateChatRoom", input=late) == "Conflict"
    await alice.run("updateChatRoom", input={"id": room["id"], "name": "In time"})
    rows = await has_been_told(alice, room, "ROOM_RENAMED")
    assert rows[0]["systemEvent"]["name"] == "In time"


async def test_joining_counts_as_unread_for_others_and_is_the_last_message(
    room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    await bob.join(room)
    await has_been_told(alice, room, "MEMBER_JOINED")
    hers, his = await alice.in_my_rooms(room), await bob.in_my_rooms(room)
    assert (hers["unreadCount"], his["unreadCount"]) == (1, 0)
    assert (hers["lastMessage"]["type"], hers["lastMessage"]["content"]) == ("SYSTEM", "Bob joined.")


async def test_system_messages_cannot_be_sent_or_edited_and_only_moderators_delete_them(
    room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    forged = {"chatRoomId": room["id"], "content": "Bob left.", "type": "SYSTEM"}
    assert await alice.refusal("createMessage", input=forged) == "ValidationError"
    await bob.join(room)
    (told,) = await has_been_told(alice, room, "MEMBER_JOINED")
    edit = {"id": told["id"], "content": "Bob is the best.", "expectedVersion": 1}
    assert await bob.refusal("updateMessage", input=edit) == "Forbidden"
    assert await alice.refusal("updateMessage", input=edit) == "Forbidden"
    assert await bob.refusal("deleteMessage", id=told["id"]) == "Forbidden"

    tombstone = await alice.delete(told, reason="a name")

    assert (tombstone["content"], tombstone["systemEvent"], tombstone["type"]) == (None, None, "SYSTEM")
    (entry,) = (await alice.run("moderationLog", chatRoomId=room["id"]))["items"]
    assert (entry["action"], entry["userId"], entry["reason"]) == ("MESSAGE_DELETED", bob.id, "a name")


async def test_moderators_deletion_of_a_system_message_about_themselves_is_logged(room: Row, alice: ChatUser) -> None:
    await alice.run("updateChatRoom", input={"id": room["id"], "name": "Oops"})
    (told,) = await has_been_told(alice, room, "ROOM_RENAMED")
    await alice.delete(told)
    actions = [entry["action"] for entry in (await alice.run("moderationLog", chatRoomId=room["id"]))["items"]]
    assert actions == ["MESSAGE_DELETED", "ROOM_UPDATED"]


async def test_system_messages_can_have_reactions_and_replies(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    (told,) = await has_been_told(alice, shared_room, "MEMBER_JOINED")
    await alice.react(told)
    reply = await alice.send(shared_room, "Welcome!", replyToId=told["id"])
    again = await bob.message(told["id"])
    assert (again["reactions"], again["replyCount"]) == ([{"emoji": "👍", "count": 1}], 1)
    assert reply["threadId"] == told["id"]


async def test_nobody_but_the_backend_publishes(room: Row, alice: ChatUser, admin: ChatUser) -> None:
    values = {
        "chatRoomId": room["id"],
        "seq": 1,
        "content": "Alice left.",
        "authorId": alice.id,
        "authorName": "Alice",
        "clientMessageId": "x",
        "createdAt": "2030-01-01T00:00:00.000Z",
        "systemEvent": {"kind": "MEMBER_LEFT", "userId": alice.id, "userName": "Alice"},
    }
    for user in (alice, admin):
        answer = await user.graphql.attempt(PUBLISH, {"input": values})
        assert [error.type for error in answer.errors] == ["Unauthorized"]


async def test_repeated_record_creates_no_second_message(room: Row, alice: ChatUser, backend: LocalBackend) -> None:
    event = str(uuid4())
    first = joining(backend, room["id"], event)
    assert deliver(backend, first, first) == []
    assert deliver(backend, first) == []
    (told,) = await alice.history(room, afterSeq=0)
    assert (told["content"], told["clientMessageId"], told["seq"]) == ("Nora joined.", event, 1)
    assert (await alice.room(room["id"]))["lastSeq"] == 1


async def test_repeated_delivery_continues_an_interrupted_one(
    room: Row, alice: ChatUser, backend: LocalBackend
) -> None:
    """After the number; after the idempotency record; and after the number was closed meanwhile."""
    event = str(uuid4())
    rooms, markers = backend.table("rooms"), backend.table("deduplication")
    rooms.update_item(
        Key={"roomId": room["id"]},
        UpdateExpression="SET lastSeq = :two",
        ExpressionAttributeValues={":two": 2},
    )
    markers.put_item(Item={"senderId": f"{room['id']}#", "clientMessageId": event, "seq": 1, "expiresAt": 4102444800})
    backend.table("messages").put_item(
        Item={"roomId": room["id"], "seq": 1, "type": "VOID", "createdAt": "2026-01-01T00:00:00.000Z"}
    )

    assert deliver(backend, joining(backend, room["id"], event)) == []
    assert deliver(backend, joining(backend, room["id"], event)) == []

    rows = [row for row in await alice.history(room, afterSeq=0) if row["type"] == "SYSTEM"]
    assert [(row["seq"], row["clientMessageId"]) for row in rows] == [(3, event)]
    marker = markers.get_item(Key={"senderId": f"{room['id']}#", "clientMessageId": event})["Item"]
    assert marker["seq"] == 3


async def test_large_archived_and_direct_rooms_get_no_system_messages(
    alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    rooms = backend.table("rooms")
    grown, closed = await alice.create_room(), await alice.create_room()
    rooms.update_item(
        Key={"roomId": grown["id"]}, UpdateExpression="SET memberCount = :n", ExpressionAttributeValues={":n": 201}
    )
    await alice.run("archiveChatRoom", id=closed["id"])
    direct = await alice.run("openDirectRoom", userId=bob.id)
    for room_id in (grown["id"], closed["id"], direct["id"], str(uuid4())):
        assert deliver(backend, joining(backend, room_id, str(uuid4()))) == []
    assert [(await alice.room(each["id"]))["lastSeq"] for each in (grown, closed)] == [0, 0]
    assert all(row["type"] != "SYSTEM" for row in await alice.history(direct, afterSeq=0))

    await alice.run("updateChatRoom", input={"id": grown["id"], "name": "Large"})
    await has_been_told(alice, grown, "ROOM_RENAMED")


async def test_system_messages_expire_with_the_rooms_messages(alice: ChatUser, backend: LocalBackend) -> None:
    room = await alice.create_room(retentionDays=1)
    assert deliver(backend, joining(backend, room["id"], str(uuid4()))) == []
    row = backend.table("messages").get_item(Key={"roomId": room["id"], "seq": 1})["Item"]
    assert int(str(row["expiresAt"])) > 0
