"""Selections of published mutations: refused, delivered as the event, or stored for the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, parse

from appsync_local.selections import selection_set_graphql, selection_set_list
from chat_client import document
from tests.unit.graphql.world import User

if TYPE_CHECKING:
    from tests.unit.graphql.world import Outcome, World

MODERATION = {"chatRoomId": "$room", "userId": "id-bob", "reason": "because"}
CALLS: dict[str, dict[str, Any]] = {
    "createMessage": {"input": {"chatRoomId": "$room", "content": "hello"}},
    "updateMessage": {"input": {"id": "$message", "content": "better"}},
    "deleteMessage": {"id": "$message"},
    "createReaction": {"input": {"messageId": "$message", "emoji": "👍"}},
    "deleteReaction": {"input": {"messageId": "$message", "emoji": "🎉"}},
    "joinChatRoom": {"chatRoomId": "$other"},
    "leaveChatRoom": {"chatRoomId": "$room"},
    "inviteToChatRoom": {"chatRoomId": "$room", "userId": "id-carol"},
    "setMemberRole": {"chatRoomId": "$room", "userId": "id-bob", "role": "MODERATOR"},
    "removeMember": MODERATION,
    "banMember": MODERATION,
    "unbanMember": {"chatRoomId": "$room", "userId": "id-dora"},
    "muteMember": {**MODERATION, "seconds": 60},
    "unmuteMember": {"chatRoomId": "$room", "userId": "id-mute"},
    "markRoomRead": {"chatRoomId": "$room", "seq": 1},
    "startTyping": {"chatRoomId": "$room"},
    "stopTyping": {"chatRoomId": "$room"},
    "updatePresence": {"status": "ONLINE", "chatRoomId": "$room"},
}
KINDS = {
    "createMessage": "CREATED",
    "updateMessage": "UPDATED",
    "deleteMessage": "DELETED",
    "createReaction": "REACTION_ADDED",
    "deleteReaction": "REACTION_REMOVED",
    "startTyping": "TYPING_STARTED",
    "stopTyping": "TYPING_STOPPED",
    "updatePresence": "PRESENCE",
}
"""Kinds of the stored events; all other events are of memberships."""
SIGNALS = {"startTyping": "buildTypingEvent", "stopTyping": "buildTypingEvent", "updatePresence": "buildPresenceEvent"}
"""Mutations whose event has no row, with the function that stores the event."""
ALIASED = [
    "{ chatRoomId: clientMessageId }",
    "{ id chatRoomId:clientMessageId }",
    "{ id , chatRoomId\n\t:\n clientMessageId }",
    "{ selectionComplete: mentionsRoom }",
    "{ id threadRoot { id: lastReplyAt } }",
    "{ ... on Message { chatRoomId: clientMessageId } }",
    "{ ... @include(if: true) { authorId: clientMessageId } }",
    "{ chatRoomId: clientMessageId @include(if: true) }",
    "{ id @include(if: true) chatRoomId: clientMessageId }",
    "{ id @include(if: $x) @skip(if: $y) x: id }",
    "{ __typename: content }",
    "{ ...Named chatRoomId: clientMessageId }",
    # Texts that AppSync never generates, and that must not hide an alias.
    "{ id ) chatRoomId: clientMessageId }",
    "{ # comment\n chatRoomId: clientMessageId }",
    "chatRoomId: clientMessageId",
]


def prepare(world: World) -> dict[str, str]:
    """Create a room of Alice's with members and a message, and a room that she can join."""
    alice = User("alice")
    room = world.run("Mutation.createChatRoom", alice, input={"name": "Room"}).data["id"]
    other = world.run("Mutation.createChatRoom", User("owner"), input={"name": "Other"}).data["id"]
    for name, state, more in (
        ("bob", "ACTIVE", {}),
        ("dora", "BANNED", {}),
        ("mute", "ACTIVE", {"mutedUntil": "2031-01-01T00:00:00.000Z"}),
    ):
        row = {"roomId": room, "userId": f"id-{name}", "displayName": name, "role": "MEMBER", "state": state}
        world.give("memberships", **row, joinedSeq=0, readSeq=0, **more)
    # A second owner, so that Alice can leave.
    owner = {"roomId": room, "userId": "id-owner", "displayName": "Owner", "role": "OWNER", "state": "ACTIVE"}
    world.give("memberships", **owner, joinedSeq=0, readSeq=0)
    (row,) = [row for row in world.items("rooms") if row["roomId"] == room]
    world.give("rooms", **{**row, "memberCount": 4, "ownerCount": 2})
    world.give("users", userId="id-carol", displayName="Carol", createdAt="2030-01-01T00:00:00.000Z")
    message = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "hi"}).data["id"]
    world.run("Mutation.createReaction", alice, input={"messageId": message, "emoji": "🎉"})
    return {"$room": room, "$other": other, "$message": message}


@pytest.fixture
def places(world: World) -> dict[str, str]:
    """The ids of the prepared rooms and message."""
    return prepare(world)


def filled(value: Any, places: dict[str, str]) -> Any:  # noqa: ANN401 - any arguments
    """Return the arguments with the ids inserted."""
    if isinstance(value, dict):
        return {name: filled(inner, places) for name, inner in value.items()}
    return places.get(value, value) if isinstance(value, str) else value


def info_of(text: str) -> dict[str, Any]:
    """Return the selection that AppSync passes to the resolver of the mutation in this document."""
    definitions = parse(text).definitions
    fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
    (operation,) = (node for node in definitions if isinstance(node, OperationDefinitionNode))
    nodes = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    variables = {"yes": True, "no": False}
    return {
        "selectionSetList": selection_set_list(nodes, fragments, variables),
        "selectionSetGraphQL": selection_set_graphql(nodes),
    }


def call(world: World, name: str, places: dict[str, str], info: dict[str, Any]) -> Outcome:
    """Call a mutation as Alice."""
    arguments = filled(CALLS[name], places)
    return world.run_selecting(info, f"Mutation.{name}", User("alice"), **arguments)


def left_events(world: World) -> list[dict[str, Any]]:
    """Return the events that rows store for the stream."""
    return [
        row["unpublished"]
        for table in ("messages", "memberships", "rooms")
        for row in world.items(table)
        if "unpublished" in row
    ]


@pytest.mark.parametrize("name", CALLS)
def test_an_alias_is_refused_before_any_call(world: World, places: dict[str, str], name: str) -> None:
    outcome = call(world, name, places, info_of("mutation { x { id: userId } }"))
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])
    assert "alias id." in (outcome.error_message or "")


@pytest.mark.parametrize("text", ALIASED)
def test_every_alias_is_detected(world: World, places: dict[str, str], text: str) -> None:
    outcome = call(world, "createMessage", places, {"selectionSetList": [], "selectionSetGraphQL": text})
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])


@pytest.mark.parametrize("name", CALLS)
def test_a_complete_selection_is_the_event_and_stores_none(world: World, places: dict[str, str], name: str) -> None:
    outcome = call(world, name, places, info_of(document(name)))
    assert (outcome.error_type, outcome.selection_complete) == (None, True)
    assert left_events(world) == []


@pytest.mark.parametrize("name", CALLS)
def test_an_incomplete_selection_stores_the_event_in_the_same_write(world: World, name: str) -> None:
    whole = call(world, name, prepare(world), info_of(document(name)))
    world.reset()
    poor = call(world, name, prepare(world), info_of("mutation { x { chatRoomId } }"))
    assert (poor.error_type, poor.selection_complete) == (None, False)
    assert poor.functions == [*whole.functions, *([SIGNALS[name]] if name in SIGNALS else [])]
    (event,) = left_events(world)
    assert event["kind"] == KINDS.get(name, "MEMBERSHIP")


def test_the_next_complete_change_removes_the_stored_event(world: World, places: dict[str, str]) -> None:
    poor, whole = info_of("mutation { x { id } }"), info_of(document("updateMessage"))
    first = call(world, "updateMessage", places, poor)
    (old,) = left_events(world)
    call(world, "updateMessage", places, poor)
    (new,) = left_events(world)
    assert (first.error_type, old["id"] == new["id"]) == (None, False)
    call(world, "updateMessage", places, whole)
    assert left_events(world) == []


def test_a_reaction_event_has_all_fields_that_the_row_lacks(world: World, places: dict[str, str]) -> None:
    call(world, "createReaction", places, info_of("mutation { x { emoji } }"))
    (event,) = left_events(world)
    assert {name: event[name] for name in ("kind", "emoji", "userId", "displayName", "createdAt")} == {
        "kind": "REACTION_ADDED",
        "emoji": "👍",
        "userId": "id-alice",
        "displayName": "alice",
        "createdAt": "2030-01-01T00:00:00.000Z",
    }


def test_the_event_of_a_reply_is_stored_only_in_the_reply(world: World, places: dict[str, str]) -> None:
    values = {"chatRoomId": places["$room"], "content": "hello", "replyToId": places["$message"]}
    world.run_selecting(info_of("mutation { x { id } }"), "Mutation.createMessage", User("alice"), input=values)
    root, reply = world.items("messages")
    assert (reply["unpublished"]["kind"], root["replyCount"]) == ("CREATED", 1)
    assert "unpublished" not in root


@pytest.mark.parametrize(
    "text",
    [
        "{ id }",
        "{ ...F } fragment F on Message { id chatRoomId: clientMessageId }",
        "{ id @skip(if: $no) }",
    ],
)
def test_incomplete_or_conditional_selections_are_not_the_event(
    world: World, places: dict[str, str], text: str
) -> None:
    selection, _, fragments = text.partition(" fragment ")
    info = info_of(f"mutation {{ createMessage {selection} }}" + (f" fragment {fragments}" if fragments else ""))
    outcome = call(world, "createMessage", places, info)
    assert (outcome.error_type, outcome.selection_complete) == (None, False)
    assert [event["kind"] for event in left_events(world)] == ["CREATED"]


HIDDEN = [
    "mutation { createMessage { ...F } } fragment F on Message { id selectionComplete: mentionsRoom }",
    "mutation { createMessage { ...F selectionComplete } } fragment F on Message { chatRoomId: clientMessageId }",
    "mutation { createMessage { threadRoot { ...F } selectionComplete } } fragment F on ThreadRoot { id: lastReplyAt }",
    "mutation { createMessage { ... on Message { selectionComplete } } }",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_ambiguous_completeness_is_refused(world: World, places: dict[str, str], text: str) -> None:
    outcome = call(world, "createMessage", places, info_of(text))
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])
    assert "without fragments" in (outcome.error_message or "")


@pytest.mark.parametrize(
    "shown",
    [
        {"selectionSetList": ["selectionComplete"]},
        {"selectionSetList": ["selectionComplete"], "selectionSetGraphQL": ""},
        # AppSync passes only one of several selections of the same field.
        {"selectionSetList": ["id", "selectionComplete"], "selectionSetGraphQL": "{ id }"},
        {"selectionSetList": ["id"], "selectionSetGraphQL": "{ ...F selectionComplete }"},
        {"selectionSetList": ["id"], "selectionSetGraphQL": '{ selectionComplete @x(y: "") }'},
        {"selectionSetList": ["id"], "selectionSetGraphQL": "{ # selectionComplete\n selectionComplete }"},
    ],
)
def test_contradictory_lists_and_texts_are_refused(world: World, places: dict[str, str], shown: dict[str, Any]) -> None:
    assert call(world, "createMessage", places, shown).error_type == "ValidationError"


@pytest.mark.parametrize(
    "change",
    [
        lambda info: {**info, "selectionSetList": info["selectionSetList"][1:]},
        lambda info: {**info, "selectionSetList": []},
        lambda info: {
            **info,
            "selectionSetGraphQL": info["selectionSetGraphQL"].replace("content", "content @skip(if: $x)"),
        },
        lambda info: {**info, "selectionSetGraphQL": info["selectionSetGraphQL"].replace("emoji\n", "")},
        lambda info: {
            **info,
            "selectionSetGraphQL": info["selectionSetGraphQL"]
            .replace("count\n", "")
            .replace("seq\n", "count\nseq\n", 1),
        },
        lambda _: {},
    ],
)
def test_possibly_incomplete_selections_are_not_the_event(world: World, places: dict[str, str], change: Any) -> None:  # noqa: ANN401
    outcome = call(world, "createMessage", places, change(info_of(document("createMessage"))))
    assert (outcome.error_type, outcome.selection_complete) == (None, False)


def test_a_stored_typing_event_is_complete(world: World, places: dict[str, str]) -> None:
    hidden = info_of("mutation { startTyping { ...F } } fragment F on TypingIndicator { expiresAt: displayName }")
    told = call(world, "startTyping", places, hidden)
    (event,) = left_events(world)
    assert {name: event[name] for name in ("displayName", "expiresAt")} == {
        "displayName": "alice",
        "expiresAt": told.data["expiresAt"],
    }


def test_a_stored_presence_event_is_complete(world: World, places: dict[str, str]) -> None:
    told = call(world, "updatePresence", places, info_of("mutation { x { status } }"))
    (event,) = left_events(world)
    names = ("status", "lastSeenAt", "headSeq")
    assert {name: event[name] for name in names} == {name: told.data[name] for name in names}


def test_presence_without_a_notified_room_stores_no_event(world: World, places: dict[str, str]) -> None:
    poor = info_of("mutation { x { status } }")
    row = next(row for row in world.items("rooms") if row["roomId"] == places["$room"])
    world.give("rooms", **{**row, "memberCount": 201})
    assert call(world, "updatePresence", places, poor).error_type is None
    world.run_selecting(poor, "Mutation.updatePresence", User("alice"), status="AWAY")
    assert left_events(world) == []


def test_events_of_global_moderators_are_stored_without_a_membership(world: World, places: dict[str, str]) -> None:
    mo, poor = User("mo", ("Moderators",)), info_of("mutation { x { userId } }")
    for field, values in (("startTyping", {}), ("stopTyping", {}), ("updatePresence", {"status": "AWAY"})):
        world.run_selecting(poor, f"Mutation.{field}", mo, chatRoomId=places["$room"], **values)
        (event,) = left_events(world)
        assert (event["kind"], event["userId"]) == (KINDS[field], "id-mo")
    assert [row for row in world.items("memberships") if row["userId"] == "id-mo"] == []


def test_the_next_message_removes_a_stored_event(world: World, places: dict[str, str]) -> None:
    call(world, "startTyping", places, info_of("mutation { x { userId } }"))
    call(world, "createMessage", places, info_of(document("createMessage")))
    assert left_events(world) == []


def test_failure_to_store_an_event_is_an_error(world: World, places: dict[str, str]) -> None:
    poor, room = info_of("mutation { x { userId } }"), places["$room"]
    broken = world.start_selecting(
        poor, "Mutation.startTyping", User("alice"), broken="buildTypingEvent", chatRoomId=room
    )
    assert broken.finish().error_type == "DynamoDB:InternalServerError"
