"""Rooms that hide their history: no operation reveals a message from before the caller joined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.graphql.world import HARNESS, User

if TYPE_CHECKING:
    from tests.unit.graphql.world import Outcome, World

ALICE, BOB = User("alice"), User("bob")
BY_MESSAGE: dict[str, dict[str, Any]] = {
    "Query.getMessage": {"id": "{}"},
    "Query.reactionsByMessage": {"messageId": "{}"},
    "Query.seenBy": {"messageId": "{}"},
    "Query.attachmentUrl": {"messageId": "{}", "index": 0},
    "Mutation.reportMessage": {"messageId": "{}", "reason": "spam"},
    "Mutation.createReaction": {"input": {"messageId": "{}", "emoji": "👍"}},
    "Mutation.deleteReaction": {"input": {"messageId": "{}", "emoji": "🎉"}},
    "Mutation.createMessage": {"input": {"chatRoomId": "{room}", "content": "x", "replyToId": "{}"}},
}
"""Operations that return or change something of a message for a member, with their arguments."""
REPLIES = "Query.repliesByMessage"
"""Has a separate test: replies from after joining are returned, regardless of the message they reply to."""
OTHERS = {
    "Mutation.updateMessage",
    "Mutation.deleteMessage",
    *(f"Mutation.publishMessage{what}" for what in ("Created", "Updated", "Deleted")),
}
"""Operations on a user's own messages, and operations of the backend."""


def filled(arguments: Any, message: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(arguments, dict):
        return {name: filled(value, message) for name, value in arguments.items()}
    if isinstance(arguments, str):
        return arguments.replace("{room}", message.rpartition(":")[0]).replace("{}", message)
    return arguments


def run(world: World, field: str, message: str) -> Outcome:
    return world.run(field, BOB, **filled(BY_MESSAGE[field], message))


def send(world: World, room: str, **values: object) -> str:
    """Send a message as alice and return its id."""
    sending = {"chatRoomId": room, "content": "hello", **values}
    identifier: str = world.run("Mutation.createMessage", ALICE, input=sending).data["id"]
    return identifier


def hide(world: World) -> None:
    (row,) = world.items("rooms")
    world.give("rooms", **row, historyVisibility="FROM_JOIN")


@pytest.fixture
def messages(world: World, room: str) -> tuple[str, str]:
    """Return the last message before bob joined and the first after, each with a file, a reply and bob's reaction."""
    before = send(world, room)
    world.run("Mutation.joinChatRoom", BOB, chatRoomId=room)
    after = send(world, room)
    for message in (before, after):
        row = next(row for row in world.items("messages") if message == f"{room}:{row['seq']}")
        file = {"key": f"rooms/{room}/id-alice/1/a.png", "name": "a.png", "contentType": "image/png", "size": 1}
        world.give("messages", **row, attachments=[file])
        world.run("Mutation.createReaction", BOB, input={"messageId": message, "emoji": "🎉"})
    send(world, room, replyToId=after)
    return before, after


@pytest.mark.parametrize("field", BY_MESSAGE)
def test_a_message_from_before_joining_is_unknown(world: World, messages: tuple[str, str], field: str) -> None:
    before, after = messages
    assert run(world, field, before).error_type is None
    hide(world)
    assert run(world, field, after).error_type is None
    rows = [world.items("messages"), world.items("reactions"), world.items("reports")]
    hidden = run(world, field, before)
    assert (hidden.error_type, hidden.data) == ("NotFound", None)
    assert [world.items("messages"), world.items("reactions"), world.items("reports")] == rows


def test_replies_from_before_joining_are_omitted(world: World, room: str) -> None:
    """The root is older than the membership, and its id is known; the first page with visible replies is not empty."""
    root = send(world, room)
    send(world, room, replyToId=root)
    world.run("Mutation.joinChatRoom", BOB, chatRoomId=room)
    after = send(world, room, replyToId=root)

    def shown() -> list[str]:
        return [item["id"] for item in world.run(REPLIES, BOB, messageId=root).data["items"]]

    assert len(shown()) == 2
    hide(world)
    assert shown() == [after]


def test_every_operation_with_a_message_id_has_a_case() -> None:
    """Finds the operations by code that checks a message id, directly or in imported helpers."""
    folder = HARNESS.parents[3] / "graphql" / "resolvers"
    checks = re.compile(r"\b(requiredMessageId|stashReaction|storedMessageRequest)\(")
    naming = {file.stem for file in folder.glob("*.js") if checks.search(file.read_text(encoding="utf-8"))}
    assert naming == BY_MESSAGE.keys() | OTHERS | {REPLIES}
