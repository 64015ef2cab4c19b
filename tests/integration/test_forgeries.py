"""Callers cannot forge events for other users, in either delivery mode."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from tests.integration.event_listener import FIELDS, TYPES, attempt, called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.event_listener import EventListener, PrivateRoom

BY_OWN_ID = {"chatRoomId": "clientMessageId"}
"""The room's id comes from the sender's clientMessageId, which may be any text."""


def spellings(call: str, type_: str, renamed: dict[str, str]) -> Iterator[str]:
    """Return documents of one mutation whose response has other values under the names of fields.

    Args:
        call: the field with literal arguments.
        type_: type of its result.
        renamed: name in the response -> field.
    """
    selection = FIELDS[TYPES[type_]]
    kept = " ".join(name for name in _top_level(selection) if name.split(" ")[0] not in {*renamed, "selectionComplete"})
    aliases = " ".join(f"{alias}: {name}" for alias, name in renamed.items())
    truth = "selectionComplete: mentionsRoom" if type_ == "Message" else "selectionComplete: userId"
    on, fragment = f"... on {type_}", f"fragment F on {type_}"
    yield f"mutation {{ {call} {{ {aliases} {kept} }} }}"
    yield f"mutation {{ {call} {{ {aliases} {kept} selectionComplete }} }}"
    yield f"mutation {{ {call} {{ {aliases} {kept} {truth} }} }}"
    yield f"mutation {{ {call} {{ {on} {{ {aliases} {kept} }} }} }}"
    yield f"mutation {{ {call} {{ {on} {{ {aliases} {kept} }} selectionComplete }} }}"
    yield f"mutation {{ {call} {{ ... @include(if: true) {{ {aliases} }} {kept} selectionComplete }} }}"
    yield f"mutation {{ {call} {{ ...F }} }} {fragment} {{ {aliases} {kept} }}"
    yield f"mutation {{ {call} {{ ...F selectionComplete }} }} {fragment} {{ {aliases} {kept} }}"
    yield f"mutation {{ {call} {{ ...F }} }} {fragment} {{ {aliases} {kept} selectionComplete }}"
    yield f"mutation {{ {call} {{ ...F }} }} {fragment} {{ {aliases} {kept} {truth} }}"
    yield f"mutation {{ {call} {{ ...F {kept} {truth} }} }} {fragment} {{ {aliases} }}"
    yield f"mutation {{ {call} {{ ...F {kept} selectionComplete @include(if: true) }} }} {fragment} {{ {aliases} }}"
    yield f"mutation {{ {call} {{ ...F @include(if: true) {kept} selectionComplete }} }} {fragment} {{ {aliases} }}"
    yield f"mutation {{ {call} {{ ...G }} }} fragment G on {type_} {{ ...F }} {fragment} {{ {aliases} {kept} {truth} }}"
    yield f"mutation {{ first: {call} {{ ...F }} second: {call} {{ {selection} }} }} {fragment} {{ {aliases} {kept} }}"
    yield f"mutation {{ {call} {{ {kept} selectionComplete }} {call} {{ {aliases} }} }}"
    yield f"mutation {{ {call} {{ ...F }} {call} {{ {kept} }} }} {fragment} {{ {aliases} selectionComplete }}"
    yield f"mutation {{ ...R }} fragment R on Mutation {{ {call} {{ {aliases} {kept} {truth} }} }}"
    yield f"mutation {{ ...R }} fragment R on Mutation {{ {call} {{ ...F }} }} {fragment} {{ {aliases} {kept} }}"


def _top_level(selection: str) -> list[str]:
    """Return the fields of a selection, each with its own selection."""
    fields: list[str] = []
    depth = 0
    for word in selection.split():
        if word == "{" or depth:
            fields[-1] += f" {word}"
            depth += {"{": 1, "}": -1}.get(word, 0)
        else:
            fields.append(word)
    return fields


async def test_non_members_cannot_forge_messages(private_room: PrivateRoom, listener: EventListener) -> None:
    victim = private_room.room["id"]
    values = {"chatRoomId": private_room.lair["id"], "mentionsRoom": True, "clientMessageId": victim}
    # Sent again, it is the same message, and has the same response.
    for text in spellings(called("createMessage", input={**values, "content": "forged"}), "Message", BY_OWN_ID):
        await attempt(private_room.mallory, text)
    call = called("createMessage", input={**values, "content": victim, "clientMessageId": "2"})
    for text in spellings(call, "Message", {"chatRoomId": "content"}):
        await attempt(private_room.mallory, text)
    call = called("createMessage", input={**values, "content": f"{victim}:1", "clientMessageId": victim})
    for text in spellings(call, "Message", {**BY_OWN_ID, "id": "content", "authorName": "content"}):
        await attempt(private_room.mallory, text)

    assert not any((await listener.events()).values())


async def test_non_members_cannot_forge_edits_and_deletions(private_room: PrivateRoom, listener: EventListener) -> None:
    victim = await private_room.alice.send(private_room.room, "the truth")
    own = await private_room.mallory.send(
        private_room.lair, "x", clientMessageId=private_room.room["id"], mentionsRoom=True
    )
    renamed = {"chatRoomId": "clientMessageId", "id": "content"}
    edit = called("updateMessage", input={"id": own["id"], "content": victim["id"], "mentionsRoom": True})
    for text in spellings(edit, "Message", renamed):
        await attempt(private_room.mallory, text)
    for text in spellings(edit, "Message", {"chatRoomId": "clientMessageId", "deletedAt": "editedAt"}):
        await attempt(private_room.mallory, text)
    for text in spellings(called("deleteMessage", id=own["id"]), "Message", {"chatRoomId": "clientMessageId"}):
        await attempt(private_room.mallory, text)

    heard = await listener.events()
    assert [event["id"] for event in heard.pop("onMessageCreated")] == [victim["id"]]
    assert not any(heard.values())


async def test_non_member_named_as_the_room_cannot_forge_reactions_and_memberships(
    private_room: PrivateRoom, listener: EventListener
) -> None:
    own = await private_room.mallory.send(private_room.lair, "x")
    lair = private_room.lair["id"]
    reaction = {"messageId": own["id"], "emoji": "👍"}
    calls = {
        called("createReaction", input=reaction): "Reaction",
        called("deleteReaction", input=reaction): "Reaction",
        called("joinChatRoom", chatRoomId=lair): "Membership",
        called("markRoomRead", chatRoomId=lair, seq=1): "Membership",
        called("inviteToChatRoom", chatRoomId=lair, userId=private_room.alice.id): "Membership",
        called("setMemberRole", chatRoomId=lair, userId=private_room.mallory.id, role="OWNER"): "Membership",
        called("leaveChatRoom", chatRoomId=lair): "Membership",
    }
    for call, type_ in calls.items():
        for text in spellings(call, type_, {"chatRoomId": "displayName"}):
            await attempt(private_room.mallory, text)

    assert not any((await listener.events()).values())
    await private_room.mallory.run("createChatRoom", input={"name": "Lair"})


async def test_non_member_named_as_the_room_cannot_forge_typing_and_presence(
    private_room: PrivateRoom, listener: EventListener
) -> None:
    lair = (await private_room.mallory.create_room())["id"]
    for field in ("startTyping", "stopTyping"):
        for text in spellings(called(field, chatRoomId=lair), "TypingIndicator", {"chatRoomId": "displayName"}):
            await attempt(private_room.mallory, text)
    call = called("updatePresence", status="ONLINE", chatRoomId=lair)
    for text in spellings(call, "UserPresence", {"chatRoomId": "userId"}):
        await attempt(private_room.mallory, text)
    for text in spellings(call, "UserPresence", {"userId": "chatRoomId"}):
        await attempt(private_room.mallory, text)

    assert not any((await listener.events()).values())


async def test_members_cannot_forge_the_author_of_a_message(private_room: PrivateRoom, listener: EventListener) -> None:
    imposter, alice = private_room.imposter, private_room.alice
    values = {"chatRoomId": private_room.room["id"], "content": alice.id, "clientMessageId": alice.id}
    renamed = {"authorId": "clientMessageId", "authorName": "content"}
    for text in spellings(called("createMessage", input=values), "Message", renamed):
        await attempt(imposter, text)
    own = await imposter.send(private_room.room, "x", clientMessageId=f"{uuid4()}")
    victim = await alice.send(private_room.room, "the truth")
    for name in ("updateMessage", "deleteMessage"):
        arguments = (
            {"input": {"id": own["id"], "content": victim["id"]}} if name == "updateMessage" else {"id": own["id"]}
        )
        for text in spellings(called(name, **arguments), "Message", {"id": "content"}):
            await attempt(imposter, text)

    for field, events in (await listener.events()).items():
        for event in events:
            if event["id"] == victim["id"]:
                continue
            assert event["authorId"] == imposter.id, field
            assert event["id"] == f"{private_room.room['id']}:{event['seq']}", field
            assert event["selectionComplete"] is True, field
    assert (await alice.message(victim["id"]))["content"] == "the truth"


async def test_member_named_as_another_cannot_forge_reactions_typing_and_actions(
    private_room: PrivateRoom, listener: EventListener
) -> None:
    imposter, room = private_room.imposter, private_room.room["id"]
    message = await imposter.send(private_room.room, "x")
    await listener.events()
    renamed = {"userId": "displayName"}
    for name in ("createReaction", "deleteReaction"):
        for text in spellings(called(name, input={"messageId": message["id"], "emoji": "👍"}), "Reaction", renamed):
            await attempt(imposter, text)
    for text in spellings(called("markRoomRead", chatRoomId=room, seq=message["seq"]), "Membership", renamed):
        await attempt(imposter, text)
    heard = await listener.events()
    assert {event["userId"] for events in heard.values() for event in events} == {imposter.id}


async def test_members_cannot_forge_typing_and_presence(private_room: PrivateRoom, listener: EventListener) -> None:
    """The name is another member's id: as a time it would never end, and as a user it would be that member."""
    imposter, room = private_room.imposter, private_room.room["id"]
    presence = called("updatePresence", status="BUSY", chatRoomId=room)
    forgeries: list[tuple[str, str, dict[str, str]]] = [
        *(("UserPresence", presence, {name: "userId"}) for name in ("status", "lastSeenAt", "headSeq")),
        ("UserPresence", presence, {"userId": "status"}),
        *(
            ("TypingIndicator", called(name, chatRoomId=room), renamed)
            for name in ("startTyping", "stopTyping")
            for renamed in ({"userId": "displayName"}, {"expiresAt": "displayName"}, {"userId": "expiresAt"})
        ),
    ]
    for type_, call, renamed in forgeries:
        for text in spellings(call, type_, renamed):
            await attempt(imposter, text)

    heard = await listener.events()
    typing = [*heard.pop("onTypingStarted"), *heard.pop("onTypingStopped")]
    assert {(event["userId"], event["displayName"]) for event in typing} == {(imposter.id, private_room.alice.id)}
    assert {event["expiresAt"][-1] for event in typing} == {"Z"}
    presences = heard.pop("onUserPresenceChanged")
    assert {(event["userId"], event["status"]) for event in presences} == {(imposter.id, "BUSY")}
    assert {event["lastSeenAt"][-1] for event in presences} == {"Z"}
    assert not any(heard.values())


async def test_events_of_complete_selections_are_delivered(private_room: PrivateRoom, listener: EventListener) -> None:
    """The control: the listeners receive events, so silence in the tests above is meaningful."""
    alice, room = private_room.alice, private_room.room
    message = await alice.send(room, "one")
    await alice.edit(message, "two")
    await alice.react(message)
    await alice.unreact(message)
    await alice.mark_read(room, message["seq"])
    for name in ("startTyping", "stopTyping"):
        await alice.run(name, chatRoomId=room["id"])
    await alice.be("ONLINE", room)
    await alice.delete(message)

    assert {field: len(events) for field, events in (await listener.events()).items()} == dict.fromkeys(FIELDS, 1)
