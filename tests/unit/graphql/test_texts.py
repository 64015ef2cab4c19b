"""Texts are counted and truncated by characters, and invalid text is refused with the argument's name."""

from __future__ import annotations

from typing import Any

import pytest

from contract.limits import LIMITS
from tests.unit.graphql.world import User, World

PARTY = "\U0001f389"
EDGE = "a" * (LIMITS["previewLength"] - 1)
LONGEST = {"input.name": LIMITS["roomNameLength"], "input.description": LIMITS["roomDescriptionLength"]}
UNREADABLE = ("\x00", "a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "\ud83c", "a\udf89b", "\udf89\ud83c")


def last_shown(world: World, user: User) -> str:
    preview: str = world.run("Query.myChatRooms", user).data["items"][0]["lastMessage"]["content"]
    return preview


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (EDGE + PARTY, EDGE + PARTY),
        (EDGE + PARTY + "!", EDGE + PARTY),
        (EDGE + "a" + PARTY, EDGE + "a"),
        (PARTY * 100, PARTY * 100),
        (EDGE + "e\u0301!", EDGE),
        (EDGE + "\U0001f44d\U0001f3fe", EDGE),
    ],
)
def test_previews_end_between_characters(world: World, alice: User, room: str, content: str, shown: str) -> None:
    sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": content})
    assert sent.data["content"] == content
    assert last_shown(world, alice) == shown
    world.run("Mutation.updateMessage", alice, input={"id": sent.data["id"], "content": "short"})
    edited = world.run("Mutation.updateMessage", alice, input={"id": sent.data["id"], "content": content})
    assert edited.data["content"] == content
    assert last_shown(world, alice) == shown


def test_an_emoji_counts_as_one_character(world: World, alice: User, room: str) -> None:
    for length, error in ((LIMITS["contentLength"], None), (LIMITS["contentLength"] + 1, "ValidationError")):
        sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": PARTY * length})
        assert sent.error_type == error
    for argument, longest in LONGEST.items():
        for length, error in ((longest, None), (longest + 1, "ValidationError")):
            values = {"name": "Room", argument.removeprefix("input."): PARTY * length}
            assert world.run("Mutation.createChatRoom", alice, input=values).error_type == error


@pytest.mark.parametrize("text", UNREADABLE, ids=ascii)
def test_invalid_text_is_refused_with_the_arguments_name(world: World, alice: User, room: str, text: str) -> None:
    message = {"chatRoomId": room, "content": "x"}
    refused: dict[str, tuple[str, dict[str, Any]]] = {
        "input.content": ("Mutation.createMessage", {"input": {**message, "content": text}}),
        "input.clientMessageId": ("Mutation.createMessage", {"input": {**message, "clientMessageId": text}}),
        "input.mentions": ("Mutation.createMessage", {"input": {**message, "mentions": [text]}}),
        "input.name": ("Mutation.createChatRoom", {"input": {"name": text}}),
        "input.description": ("Mutation.createChatRoom", {"input": {"name": "x", "description": text}}),
        "input.emoji": ("Mutation.createReaction", {"input": {"messageId": f"{room}:1", "emoji": text}}),
        "input.authorName": ("Mutation.publishMessage", {"input": {"chatRoomId": room, "authorName": text}}),
        "input.systemEvent.name": ("Mutation.publishMessage", {"input": {"systemEvent": {"name": text}}}),
        "input.preview": ("Mutation.publishNotification", {"input": {"preview": text}}),
        "input.userId": ("Mutation.publishPresence", {"input": {"userId": text}}),
        "chatRoomId": ("Mutation.publishAccessEnded", {"chatRoomId": text, "userId": "x"}),
        "userId": ("Mutation.publishMemberDeleted", {"chatRoomId": "x", "userId": text}),
        "reason": ("Mutation.reportMessage", {"messageId": f"{room}:1", "reason": text}),
        "nextToken": ("Query.listChatRooms", {"nextToken": text}),
    }
    for argument, (field, arguments) in refused.items():
        outcome = world.run(field, alice, **arguments)
        assert (field, outcome.error_type) == (field, "ValidationError")
        assert (outcome.error_message or "").startswith(f"{argument} ")


@pytest.mark.parametrize("blank", ["\n", "\t", "\r\n"])
def test_line_breaks_are_allowed_in_texts_but_not_in_names(world: World, alice: User, room: str, blank: str) -> None:
    text = f"one{blank}two"
    sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": text})
    assert sent.data["content"] == text
    made = world.run("Mutation.createChatRoom", alice, input={"name": "x", "description": text})
    assert made.data["description"] == text
    for values in ({"name": text}, {"name": "x", "visibility": "PRIVATE", "description": f"{text}\x00"}):
        assert world.run("Mutation.createChatRoom", alice, input=values).error_type == "ValidationError"


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\x85"])
def test_an_id_with_a_trailing_line_break_is_refused(world: World, alice: User, room: str, end: str) -> None:
    # In Java's regular expressions, which AppSync uses, `$` also matches before a last line break.
    assert world.run("Query.getChatRoom", alice, id=room + end).error_type == "ValidationError"
    assert world.run("Query.getMessage", alice, id=f"{room}:1{end}").error_type == "ValidationError"


def test_an_invalid_name_in_the_token_is_ignored(world: World) -> None:
    odd = User("odd", claims=(("name", "a\x00b"),))
    assert world.run("Query.me", odd).data["displayName"] == "odd"
    long = User("long", claims=(("name", "a" * 63 + PARTY + "b"),))
    assert world.run("Query.me", long).data["displayName"] == "a" * 63 + PARTY


@pytest.mark.parametrize("text", ["\u000bab", "ab\u000c", "\u0000", "ab\u001f "])
def test_control_characters_at_the_ends_are_not_trimmed(world: World, alice: User, text: str) -> None:
    room = world.run("Mutation.createChatRoom", alice, input={"name": "Room\n"}).data
    assert room["name"] == "Room"

    sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": room["id"], "content": text})
    named = world.run("Mutation.createChatRoom", alice, input={"name": text})

    assert (sent.error_type, named.error_type) == ("ValidationError", "ValidationError")
