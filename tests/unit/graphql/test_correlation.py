"""Rows that a request changes carry the request's id for the stream; the API does not return it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.graphql.world import User, World


def row(world: World, table: Any, **key: object) -> dict[str, Any]:  # noqa: ANN401 - one of the tables
    """Return the only row with these attributes."""
    (found,) = (item for item in world.items(table) if key.items() <= item.items())
    return found


def test_a_message_has_the_id_of_the_last_request_that_changed_it(
    world: World, alice: User, bob: User, room: str
) -> None:
    assert world.run("Mutation.joinChatRoom", bob, chatRoomId=room).error_type is None
    values = {"chatRoomId": room, "content": "hello", "mentions": ["id-bob"]}
    sent = world.run("Mutation.createMessage", alice, input=values)
    assert row(world, "messages")["requestId"] == sent.request_id
    identifier = sent.data["id"]

    world.run("Mutation.createReaction", bob, input={"messageId": identifier, "emoji": "👍"})
    assert row(world, "messages")["requestId"] == sent.request_id, "a reaction leads to nothing later"

    edited = world.run("Mutation.updateMessage", alice, input={"id": identifier, "content": "hello!"})
    assert row(world, "messages")["requestId"] == edited.request_id
    deleted = world.run("Mutation.deleteMessage", alice, id=identifier)
    assert row(world, "messages")["requestId"] == deleted.request_id
    assert len({sent.request_id, edited.request_id, deleted.request_id}) == 3


def test_a_message_without_later_effects_has_no_id(world: World, alice: User, room: str) -> None:
    """Reads of pages are charged by size, and most messages have no later effects."""
    world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hello"})

    assert "requestId" not in row(world, "messages")


@pytest.mark.parametrize(
    "more",
    [
        {"mentionsRoom": True},
        {"replyToId": "<first>"},
        {"type": "IMAGE", "attachments": [{"key": "<key>", "name": "a.png", "contentType": "image/png", "size": 3}]},
    ],
)
def test_a_message_with_later_effects_has_the_id(world: World, alice: User, room: str, more: dict[str, Any]) -> None:
    first = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hello"})
    place = {"<first>": first.data["id"], "<key>": f"rooms/{room}/id-alice/01HZZZZZZZ0123456789ABCDEF/a.png"}
    values = json.loads(json.dumps(more).replace("<first>", place["<first>"]).replace("<key>", place["<key>"]))

    sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hello", **values})

    assert sent.error_type is None, sent.error_message
    assert row(world, "messages", seq=2)["requestId"] == sent.request_id


def test_a_message_of_a_direct_room_has_the_id(world: World, alice: User, bob: User) -> None:
    for user in (alice, bob):
        world.give("users", userId=user.identity["sub"], displayName=user.name)
    direct = world.run("Mutation.openDirectRoom", alice, userId="id-bob")
    assert direct.error_type is None, direct.error_message

    sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": direct.data["id"], "content": "hello"})

    assert row(world, "messages")["requestId"] == sent.request_id


def test_a_message_deleted_by_a_moderator_has_the_id_of_the_deletion(
    world: World, alice: User, admin: User, room: str
) -> None:
    sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hello"})

    deleted = world.run("Mutation.deleteMessage", admin, id=sent.data["id"], reason="rude")

    assert deleted.error_type is None
    assert row(world, "messages")["requestId"] == deleted.request_id


def test_a_membership_has_the_id_of_its_last_change(world: World, alice: User, bob: User, room: str) -> None:
    bobs = {"roomId": room, "userId": "id-bob"}
    joined = world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert row(world, "memberships", **bobs)["requestId"] == joined.request_id
    world.run("Mutation.markRoomRead", bob, chatRoomId=room, seq=0)
    assert row(world, "memberships", **bobs)["requestId"] == joined.request_id
    muted = world.run("Mutation.muteMember", alice, chatRoomId=room, userId="id-bob", seconds=60, reason="loud")
    assert row(world, "memberships", **bobs)["requestId"] == muted.request_id
    left = world.run("Mutation.leaveChatRoom", bob, chatRoomId=room)
    assert row(world, "memberships", **bobs)["requestId"] == left.request_id


def test_an_invitation_has_the_id_of_its_request(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Query.me", bob)
    world.give("users", userId="id-bob", displayName="bob")

    invited = world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob")

    assert invited.error_type is None
    assert row(world, "memberships", userId="id-bob")["requestId"] == invited.request_id


def test_a_renamed_room_has_the_id_until_its_next_message(world: World, alice: User, room: str) -> None:
    renamed = world.run("Mutation.updateChatRoom", alice, input={"id": room, "name": "Other"})
    assert row(world, "rooms", roomId=room)["requestId"] == renamed.request_id

    world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hello"})

    assert "requestId" not in row(world, "rooms", roomId=room)


@pytest.mark.parametrize("field", ["Query.getMessage", "Mutation.createMessage"])
def test_the_api_does_not_return_the_id(world: World, alice: User, room: str, field: str) -> None:
    sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hello"})
    answer = sent if field == "Mutation.createMessage" else world.run(field, alice, id=sent.data["id"])

    assert "requestId" not in answer.data
    assert sent.request_id not in str(answer.data)


@pytest.mark.parametrize("request_id", [None, "", "with blank", "a\nb", "x" * 65, "<script>"], ids=repr)
def test_requests_without_a_valid_id_succeed_and_store_none(
    world: World, alice: User, bob: User, room: str, request_id: str | None
) -> None:
    def run(field: str, user: User, **arguments: object) -> Any:  # noqa: ANN401 - whatever the field answers
        report = world.command(do="run", field=field, args=arguments, identity=user.identity, requestId=request_id)
        outcome = world.outcome(report)
        assert outcome.error_type is None, outcome.error_message
        return outcome.data

    run("Mutation.joinChatRoom", bob, chatRoomId=room)
    sent = run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hi", "mentions": ["id-bob"]})
    run("Mutation.updateMessage", alice, input={"id": sent["id"], "content": "hi!"})
    run("Mutation.deleteMessage", alice, id=sent["id"])
    run("Mutation.updateChatRoom", alice, input={"id": room, "name": "Other"})
    run("Mutation.muteMember", alice, chatRoomId=room, userId="id-bob", seconds=60, reason="loud")
    run("Mutation.exportMyData", alice)
    for table, key in (("messages", {}), ("memberships", {"userId": "id-bob"}), ("rooms", {}), ("privacy", {})):
        assert "requestId" not in row(world, table, **key)
