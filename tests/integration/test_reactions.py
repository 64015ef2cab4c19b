"""Reactions: one per user and emoji, counted exactly under concurrency, and published to the room."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chat_client import OperationError, SubscriptionError, document

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

pytestmark = pytest.mark.usefixtures("refused_result")

THUMB, HEART, FAMILY = "👍", "❤️", "👨‍👩‍👧‍👦"
INLINE, DISTINCT = 32, 20


@pytest.fixture
async def message(shared_room: Row, alice: ChatUser) -> Row:
    """Create a message of Alice in the room of Alice and Bob."""
    return await alice.send(shared_room)


def fill_set(backend: LocalBackend, message: Row, size: int) -> None:
    """Store thumbs-up reactions of this many users, who need not exist."""
    backend.table("messages").update_item(
        Key={"roomId": message["chatRoomId"], "seq": message["seq"]},
        UpdateExpression="ADD reactions :crowd",
        ExpressionAttributeValues={":crowd": {f"{THUMB}#{uuid4()}" for _ in range(size)}},
    )


async def test_reactions_are_counted_in_the_message(message: Row, alice: ChatUser, bob: ChatUser) -> None:
    await alice.react(message, THUMB)
    await bob.react(message, THUMB)
    await bob.react(message, FAMILY)

    shown = await alice.message(message["id"])
    assert shown["reactions"] == [{"emoji": THUMB, "count": 2}, {"emoji": FAMILY, "count": 1}]
    assert shown["revision"] == 4
    assert (await alice.history({"id": message["chatRoomId"]}))[0] == shown


async def test_reacting_twice_counts_once(message: Row, bob: ChatUser) -> None:
    answers = await asyncio.gather(*(bob.react(message) for _ in range(8)))

    assert {answer["count"] for answer in answers} == {1}
    assert (await bob.message(message["id"]))["reactions"] == [{"emoji": THUMB, "count": 1}]


async def test_removed_reaction_is_gone(message: Row, alice: ChatUser, bob: ChatUser) -> None:
    await alice.react(message)
    await bob.react(message)
    assert (await bob.unreact(message))["count"] == 1
    assert (await bob.unreact(message))["count"] == 1
    assert [item["userId"] for item in (await bob.reactions(message))["items"]] == [alice.id]
    assert (await alice.unreact(message))["count"] == 0
    assert (await alice.message(message["id"]))["reactions"] == []


async def test_reactions_are_listed_with_display_names(message: Row, alice: ChatUser, bob: ChatUser) -> None:
    await alice.react(message, HEART)
    await bob.react(message, HEART)
    await bob.react(message, THUMB)

    items = (await alice.reactions(message, emoji=HEART))["items"]

    names = {who.id: (await who.me())["displayName"] for who in (alice, bob)}
    assert {item["userId"]: item["displayName"] for item in items} == names
    assert {item["count"] for item in items} == {2}


async def test_reactions_are_delivered_by_message_and_by_room(
    shared_room: Row, message: Row, alice: ChatUser, bob: ChatUser
) -> None:
    other = await alice.send(shared_room)
    async with bob.realtime() as connection:
        to_message = await connection.subscribe(document("onReactionAdded"), {"messageId": message["id"]})
        to_room = await connection.subscribe(document("onReactionAdded"), {"chatRoomId": shared_room["id"]})
        removed = await connection.subscribe(document("onReactionRemoved"), {"chatRoomId": shared_room["id"]})
        elsewhere = await alice.react(other, HEART)
        here = await alice.react(message)
        gone = await alice.unreact(message)

        assert (await to_message.next()).data == {"onReactionAdded": here}
        assert [event.data["onReactionAdded"] for event in await to_room.collect(2)] == [elsewhere, here]
        assert (await removed.next()).data == {"onReactionRemoved": gone}
        await to_message.stays_silent()


async def test_non_members_neither_react_nor_receive_events(message: Row, mallory: ChatUser, alice: ChatUser) -> None:
    values = {"input": {"messageId": message["id"], "emoji": THUMB}}
    for text in (document("createReaction"), document("deleteReaction")):
        assert (await mallory.graphql.attempt(text, values)).error_types == ["Forbidden"]
    with pytest.raises(OperationError) as refused:
        await mallory.reactions(message)
    assert refused.value.types == ["Forbidden"]
    async with mallory.realtime() as connection:
        for given in ({"messageId": message["id"]}, {"chatRoomId": message["chatRoomId"]}):
            for text in (document("onReactionAdded"), document("onReactionRemoved")):
                with pytest.raises(SubscriptionError) as silenced:
                    await connection.subscribe(text, given)
                assert silenced.value.types == ["Forbidden"]
        with pytest.raises(SubscriptionError) as aimless:
            await connection.subscribe(document("onReactionAdded"), {})
        assert aimless.value.types == ["ValidationError"]
    assert (await alice.message(message["id"]))["reactions"] == []


async def test_count_is_the_number_of_users_beyond_the_set_under_concurrency(
    shared_room: Row, message: Row, alice: ChatUser, new_user: NewUser, backend: LocalBackend
) -> None:
    people = [await new_user(f"Reactor{number}") for number in range(4)]
    for person in people:
        await person.join(shared_room)
    fill_set(backend, message, 30)

    async def react(person: ChatUser) -> None:
        values = {"messageId": message["id"], "emoji": THUMB}
        for _ in range(20):
            refused = await person.refusal("createReaction", input=values)
            if refused is None:
                return
            assert refused == "Conflict"
        raise AssertionError("never came through")

    await asyncio.gather(*(react(person) for person in people for _ in range(3)))
    assert (await alice.message(message["id"]))["reactions"] == [{"emoji": THUMB, "count": 34}]
    listed = (await alice.reactions(message))["items"]
    assert len(listed) == len({item["userId"] for item in listed}) == 34

    for person in people[:3]:
        await person.unreact(message)
    assert (await alice.message(message["id"]))["reactions"] == [{"emoji": THUMB, "count": 31}]


async def test_deleted_message_has_no_reactions(message: Row, alice: ChatUser, bob: ChatUser) -> None:
    await bob.react(message)
    deleted = await alice.delete(message)

    assert deleted["reactions"] == []
    with pytest.raises(OperationError) as refused:
        await bob.react(message)
    assert refused.value.types == ["Conflict"]
    assert (await bob.reactions(message))["items"] == []


async def test_frozen_room_accepts_no_reactions(message: Row, bob: ChatUser, backend: LocalBackend) -> None:
    backend.table("rooms").update_item(
        Key={"roomId": message["chatRoomId"]},
        UpdateExpression="SET frozen = :true",
        ExpressionAttributeValues={":true": True},
    )

    with pytest.raises(OperationError) as refused:
        await bob.react(message)

    assert refused.value.types == ["RoomFrozen"]


async def test_reacting_costs_at_most_two_writes_and_one_read(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    message = await alice.send(shared_room, "x" * 195)
    values = {"input": {"messageId": message["id"], "emoji": THUMB}}
    _, first = await bob.graphql.measure(document("createReaction"), values)
    _, again = await bob.graphql.measure(document("createReaction"), values)
    _, back = await bob.graphql.measure(document("deleteReaction"), values)
    fill_set(backend, message, 31)
    _, last = await bob.graphql.measure(document("createReaction"), values)

    assert (first.write_units, first.read_units) == (1, 1)
    assert last.write_units == 2
    for cost in (again, back, last):
        assert cost.write_units <= 2
        assert cost.function_invocations == 0
    assert (back.read_units, last.read_units) == (1, 1)


async def test_names_of_object_properties_are_ordinary_reactions(
    message: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    names = ["__proto__", "constructor", "hasOwnProperty", "isPrototypeOf", "toString", "valueOf"]
    for name in names:
        assert (await alice.react(message, name))["count"] == 1
        assert (await bob.react(message, name))["count"] == 2
    listed = (await alice.reactions(message))["items"]
    assert sorted({item["emoji"] for item in listed}) == names
    assert {item["displayName"] for item in listed} == {(await user.me())["displayName"] for user in (alice, bob)}
    assert (await alice.message(message["id"]))["reactions"] == [{"emoji": name, "count": 2} for name in names]

    fill_set(backend, message, INLINE)
    for name in names:
        assert (await bob.unreact(message, name))["count"] == 1
        assert (await bob.react(message, name))["count"] == 2
    others = [str(number) for number in range(DISTINCT - len(names) - 1)]
    for name in others:
        await alice.react(message, name)
    assert await alice.refusal("createReaction", input={"messageId": message["id"], "emoji": "prototype"}) == (
        "ValidationError"
    )


@pytest.mark.parametrize("name", ["__proto__", "constructor", "toString"])
async def test_names_of_object_properties_are_not_ids(name: str, message: Row, alice: ChatUser) -> None:
    mention = {"chatRoomId": message["chatRoomId"], "content": "x", "mentions": [name]}
    assert await alice.refusal("createMessage", input=mention) == "ValidationError"
    assert await alice.refusal("openDirectRoom", userId=name) == "NotFound"
    assert await alice.refusal("getUserPresence", id=name) == "NotFound"
    assert await alice.refusal("inviteToChatRoom", chatRoomId=message["chatRoomId"], userId=name) == "NotFound"
    assert await alice.refusal("getChatRoom", id=name) == "NotFound"
