"""Stored changes: the response returns the change or an error that reports it, if a later step fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.graphql.world import Outcome, User, World

SEND = "Mutation.createMessage"


@pytest.fixture
def message(world: World, room: str, bob: User) -> dict[str, Any]:
    """Bob's message, the last message of Alice's room."""
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    sent: dict[str, Any] = world.run(SEND, bob, input={"chatRoomId": room, "content": "first"}).data
    return sent


def preview(world: World) -> str | None:
    (room,) = world.items("rooms")
    text: str | None = room["lastMessage"].get("content")
    return text


@pytest.mark.parametrize(("times", "shown"), [(1, "second"), (2, "first")])
def test_edit_succeeds_if_the_preview_update_fails(
    world: World, bob: User, message: dict[str, Any], times: int, shown: str
) -> None:
    edit = {"id": message["id"], "content": "second", "expectedVersion": 1}
    outcome = world.start_broken("refreshPreview", times, "Mutation.updateMessage", bob, input=edit).finish()
    assert outcome.data["content"] == world.items("messages")[0]["content"] == "second"
    assert preview(world) == shown
    assert world.run("Mutation.updateMessage", bob, input=edit).data == outcome.data
    assert preview(world) == "second"


def test_deletion_fails_until_the_preview_is_empty(world: World, bob: User, message: dict[str, Any]) -> None:
    outcome = world.start_broken("refreshPreview", 2, "Mutation.deleteMessage", bob, id=message["id"]).finish()
    assert outcome.error_type == "Conflict"
    assert "The message is deleted" in str(outcome.error_message)
    assert "deletedAt" in world.items("messages")[0]
    assert world.run("Mutation.deleteMessage", bob, id=message["id"]).data["deletedBy"] == "id-bob"
    assert preview(world) is None


def test_reply_succeeds_if_counting_fails(world: World, bob: User, room: str, message: dict[str, Any]) -> None:
    reply = {"chatRoomId": room, "content": "reply", "replyToId": message["id"], "clientMessageId": "r"}
    outcome = world.start_broken("countReply", 1, SEND, bob, input=reply).finish()
    assert outcome.data["content"] == "reply"
    assert outcome.data.get("threadRoot") is None
    assert world.run(SEND, bob, input=reply).data["id"] == outcome.data["id"]


def test_repeated_call_returns_a_message_with_missing_references(
    world: World, alice: User, bob: User, room: str, message: dict[str, Any]
) -> None:
    reply = {
        "chatRoomId": room,
        "content": "reply",
        "replyToId": message["id"],
        "mentions": ["id-bob"],
        "clientMessageId": "r",
    }
    sent = world.run(SEND, alice, input=reply)
    world.run("Mutation.deleteMessage", bob, id=message["id"])
    world.run("Mutation.leaveChatRoom", bob, chatRoomId=room)
    assert world.run(SEND, alice, input=reply).data["id"] == sent.data["id"]


def test_ban_succeeds_if_the_member_count_update_fails(
    world: World, alice: User, room: str, message: dict[str, Any]
) -> None:
    assert message
    ban = {"chatRoomId": room, "userId": "id-bob", "reason": "spam"}
    outcome = world.start_broken("applyCounts", 1, "Mutation.banMember", alice, **ban).finish()
    assert outcome.data["state"] == "BANNED"
    assert outcome.invalidations
    assert world.items("rooms")[0]["memberCount"] == 2


def test_archived_room_is_returned_if_its_second_log_entry_stays(world: World, alice: User, room: str) -> None:
    first = world.run("Mutation.archiveChatRoom", alice, id=room)
    outcome = world.start_broken("revertLogEntry", 1, "Mutation.archiveChatRoom", alice, id=room).finish()
    assert outcome.data == first.data


def react(world: World, function: str, times: int, user: User, message: dict[str, Any]) -> Outcome:
    reaction = {"messageId": message["id"], "emoji": "👍"}
    return world.start_broken(function, times, "Mutation.createReaction", user, input=reaction).finish()


def test_error_reports_that_the_reaction_was_stored(world: World, alice: User, message: dict[str, Any]) -> None:
    (row,) = world.items("messages")
    world.give("messages", **{**row, "reactions": [f"👍#{number}" for number in range(32)]})
    outcome = react(world, "readChangedMessage", 1, alice, message)
    assert outcome.error_type == "Conflict"
    assert "The message was changed" in str(outcome.error_message)
    assert react(world, "readChangedMessage", 0, alice, message).data["count"] == 33


def test_deleting_a_message_that_expires_does_not_return_it(world: World, alice: User, message: dict[str, Any]) -> None:
    late = world.start("Mutation.deleteMessage", alice, id=message["id"])
    for _ in range(3):
        late.step()
    (row,) = world.items("messages")
    world.give("messages", **{**row, "expiresAt": 1})
    outcome = late.finish()
    assert (outcome.error_type, outcome.data) == ("NotFound", None)
