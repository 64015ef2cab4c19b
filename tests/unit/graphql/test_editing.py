"""Tests of editing, deleting and reading a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.graphql.conftest import NewRoom
    from tests.unit.graphql.world import Outcome, User, World

NOW = 1893456000


@pytest.fixture
def message(world: World, alice: User, room: str) -> str:
    """The id of a message by alice, the first message of her room."""
    return sent(world, alice, room)


def sent(world: World, user: User, room: str, content: str = "hello") -> str:
    outcome = world.run("Mutation.createMessage", user, input={"chatRoomId": room, "content": content})
    identifier: str = outcome.data["id"]
    return identifier


def edit(world: World, user: User, message: str, content: str = "edited", **values: object) -> Outcome:
    return world.run("Mutation.updateMessage", user, input={"id": message, "content": content, **values})


def delete(world: World, user: User, message: str, **values: object) -> Outcome:
    return world.run("Mutation.deleteMessage", user, id=message, **values)


def change(world: World, **attributes: object) -> None:
    """Set attributes of the only message."""
    world.give("messages", **{**world.items("messages")[0], **attributes})


def test_edit_replaces_the_content_and_counts_the_version(world: World, alice: User, message: str) -> None:
    world.wait(5)
    first = edit(world, alice, message, " better ", expectedVersion=1)
    assert first.data["content"] == "better"
    assert first.data["editedAt"] == "2030-01-01T00:00:05.000Z"
    assert (first.data["version"], first.data["revision"]) == (2, 2)
    second = edit(world, alice, message, "best", expectedVersion=2)
    assert (second.data["content"], second.data["version"]) == ("best", 3)
    assert world.run("Query.getMessage", alice, id=message).data == second.data


def test_edit_costs_a_write_for_the_message_and_one_for_the_preview(world: World, alice: User, room: str) -> None:
    first = sent(world, alice, room)
    last = sent(world, alice, room)
    older, newer = edit(world, alice, first), edit(world, alice, last)
    assert (older.write_units, older.read_units) == (1, 1.5)
    assert (newer.write_units, newer.read_units) == (2, 1.5)


def test_preview_of_the_last_message_follows_its_changes(world: World, alice: User, message: str) -> None:
    edit(world, alice, message, "x" * 200)
    assert world.items("rooms")[0]["lastMessage"]["content"] == "x" * 100
    delete(world, alice, message)
    assert "content" not in world.items("rooms")[0]["lastMessage"]


def test_edit_does_not_replace_the_preview_of_a_newer_message(world: World, alice: User, room: str) -> None:
    editing = world.start("Mutation.updateMessage", alice, input={"id": sent(world, alice, room), "content": "edited"})
    editing.step()
    sent(world, alice, room, "newer")
    assert editing.finish().error_type is None
    assert world.items("rooms")[0]["lastMessage"]["content"] == "newer"


def test_late_edit_is_refused_with_the_current_version(world: World, alice: User, message: str) -> None:
    edit(world, alice, message, "first", expectedVersion=1)
    edit(world, alice, message, "second", expectedVersion=2)
    late = edit(world, alice, message, "late", expectedVersion=1)
    assert (late.error_type, late.error_info) == ("Conflict", {"version": 3})
    assert world.items("messages")[0]["content"] == "second"


def test_repeated_edit_returns_the_first_result(world: World, alice: User, message: str) -> None:
    first = edit(world, alice, message, "better", expectedVersion=1)
    world.wait(5)
    assert edit(world, alice, message, "better", expectedVersion=1).data == first.data


def test_edit_without_version_replaces_any_version(world: World, alice: User, message: str) -> None:
    for number in range(3):
        assert edit(world, alice, message, f"edit {number}").data["version"] == number + 2


def test_only_the_author_edits(world: World, alice: User, bob: User, admin: User, room: str, message: str) -> None:
    assert edit(world, bob, message).error_type == "Forbidden"
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert edit(world, bob, message).error_type == "Forbidden"
    assert edit(world, admin, message).error_type == "Forbidden"
    own = sent(world, bob, room)
    assert edit(world, alice, own).error_type == "Forbidden"
    assert edit(world, bob, own).error_type is None


def test_muted_members_and_members_of_closed_rooms_do_not_edit(world: World, alice: User, message: str) -> None:
    (membership,) = world.items("memberships")
    world.give("memberships", **membership, mutedUntil="2030-01-01T00:00:01.000Z")
    assert edit(world, alice, message).error_type == "Muted"
    world.give("memberships", **membership)
    (room,) = world.items("rooms")
    world.give("rooms", **room, frozen=True)
    assert edit(world, alice, message).error_type == "RoomFrozen"
    world.give("rooms", **room, archivedAt="2029-12-31T00:00:00.000Z")
    assert edit(world, alice, message).error_type == "RoomFrozen"


def test_delete_leaves_a_tombstone(world: World, alice: User, room: str, message: str) -> None:
    before = world.run("Query.getMessage", alice, id=message).data
    deleted = delete(world, alice, message).data
    kept = {name: before[name] for name in ("id", "chatRoomId", "seq", "type", "authorId", "createdAt", "version")}
    assert {name: deleted[name] for name in kept} == kept
    assert deleted["deletedAt"] == "2030-01-01T00:00:00.000Z"
    assert deleted["deletedBy"] == "id-alice"
    assert deleted["revision"] == 2
    assert "content" not in deleted
    assert world.run("Query.messagesByRoom", alice, chatRoomId=room).data["items"] == [deleted]


def test_tombstone_is_not_changed(world: World, alice: User, room: str) -> None:
    values = {"chatRoomId": room, "content": "x", "clientMessageId": "c"}
    message = world.run("Mutation.createMessage", alice, input=values).data["id"]
    deleted = delete(world, alice, message).data
    world.wait(5)
    edited = edit(world, alice, message, expectedVersion=1)
    assert (edited.error_type, edited.error_info) == ("Conflict", {"version": 1})
    assert edit(world, alice, message).error_type == "Conflict"
    assert delete(world, alice, message).data == deleted
    assert world.run("Mutation.createMessage", alice, input=values).data == deleted


def test_moderators_delete_messages_of_others(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    own, others = sent(world, bob, room), sent(world, alice, room)
    assert delete(world, bob, others).error_type == "Forbidden"
    assert delete(world, alice, own, reason="  off topic ").data["deletedBy"] == "id-alice"
    assert delete(world, bob, own).data["deletedBy"] == "id-alice"
    (entry,) = world.items("audit")
    assert {name: entry[name] for name in ("roomId", "action", "actorId", "userId", "messageId", "reason")} == {
        "roomId": room,
        "action": "MESSAGE_DELETED",
        "actorId": "id-alice",
        "userId": "id-bob",
        "messageId": own,
        "reason": "off topic",
    }


@pytest.mark.parametrize("crashed_after", range(7))
def test_every_deletion_by_a_moderator_is_logged(
    world: World, alice: User, bob: User, room: str, crashed_after: int
) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    message = sent(world, bob, room)
    crashed = world.start("Mutation.deleteMessage", alice, id=message, reason="off topic")
    for _ in range(crashed_after):
        crashed.step()
    deleted = [row for row in world.items("messages") if "deletedAt" in row]
    assert len(deleted) == len(world.items("audit")) == (1 if crashed_after > 3 else 0)

    assert delete(world, alice, message).data["deletedBy"] == "id-alice"
    assert len(world.items("audit")) == 1


def test_concurrent_deletion_by_author_and_moderator_is_made_once(
    world: World, alice: User, bob: User, room: str
) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    message = sent(world, bob, room)
    slow = world.start("Mutation.deleteMessage", alice, id=message, reason="off topic")
    for _ in range(2):
        slow.step()
    delete(world, bob, message)

    outcome = slow.finish()

    assert (outcome.error_type, outcome.data["deletedBy"]) == (None, "id-bob")
    assert world.items("audit") == []


@pytest.mark.parametrize("role", ["OWNER", "MODERATOR", "MEMBER"])
def test_role_in_the_room_decides_about_deleting(world: World, bob: User, room: str, message: str, role: str) -> None:
    world.give(
        "memberships",
        roomId=room,
        userId="id-bob",
        displayName="Bob",
        role=role,
        state="ACTIVE",
        joinedSeq=0,
        readSeq=0,
    )
    assert delete(world, bob, message).error_type == ("Forbidden" if role == "MEMBER" else None)


def test_admins_delete_in_any_room_and_own_deletions_are_not_logged(
    world: World, alice: User, admin: User, room: str
) -> None:
    delete(world, alice, sent(world, alice, room))
    assert world.items("audit") == []
    assert delete(world, admin, sent(world, alice, room)).error_type is None
    assert len(world.items("audit")) == 1


def test_messages_of_a_frozen_room_can_be_deleted(world: World, alice: User, message: str) -> None:
    world.give("rooms", **world.items("rooms")[0], frozen=True)
    assert delete(world, alice, message).error_type is None


@pytest.mark.parametrize(
    "attributes",
    [{"type": "VOID", "authorId": None}, {"expiresAt": NOW}, {"expiresAt": NOW - 1}],
    ids=["closed", "expiring", "expired"],
)
def test_closed_and_expired_messages_are_not_found(
    world: World, alice: User, message: str, attributes: dict[str, Any]
) -> None:
    row = {**world.items("messages")[0], **attributes}
    world.give("messages", **{name: value for name, value in row.items() if value is not None})
    for outcome in (
        edit(world, alice, message),
        delete(world, alice, message),
        world.run("Query.getMessage", alice, id=message),
    ):
        assert outcome.error_type == "NotFound"
    assert "deletedAt" not in world.items("messages")[0]


def test_message_that_expires_later_is_found(world: World, alice: User, message: str) -> None:
    change(world, expiresAt=NOW + 1)
    assert edit(world, alice, message).error_type is None
    assert world.run("Query.getMessage", alice, id=message).error_type is None
    assert delete(world, alice, message).error_type is None


@pytest.mark.parametrize("field", ["Query.getMessage", "Mutation.deleteMessage", "Mutation.updateMessage"])
def test_unknown_messages_and_rooms_are_not_found(world: World, alice: User, room: str, field: str) -> None:
    def run(identifier: str) -> Outcome:
        given = {"id": identifier}
        return world.run(field, alice, **({"input": {**given, "content": "x"}} if "update" in field else given))

    assert run(f"{room}:1").error_type == "NotFound"
    assert run("unknown:1").error_type == "NotFound"
    for malformed in ("", "x", room, f"{room}:", f"{room}:0", f"{room}:x", f"{room}:-1", ":1", "a#b:1"):
        assert run(malformed).error_type == "ValidationError", malformed
    assert world.items("messages") == []


def test_only_members_and_admins_read_a_message(world: World, bob: User, admin: User, message: str) -> None:
    outcome = world.run("Query.getMessage", bob, id=message)
    assert outcome.error_type == "Forbidden"
    assert not any(call["dataSource"] == "messages" for call in outcome.calls)
    assert world.run("Query.getMessage", admin, id=message).data["content"] == "hello"


def test_reading_a_message_costs_two_reads(world: World, alice: User, room: str) -> None:
    message = sent(world, alice, room)
    assert world.run("Query.getMessage", alice, id=message).read_units == 2


def test_new_members_do_not_read_hidden_messages(world: World, alice: User, bob: User, new_room: NewRoom) -> None:
    room = new_room()
    before = sent(world, alice, room)
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    after = sent(world, alice, room)
    assert world.run("Query.getMessage", bob, id=before).error_type is None
    world.give("rooms", **world.items("rooms")[0], historyVisibility="FROM_JOIN")
    assert world.run("Query.getMessage", bob, id=before).error_type == "NotFound"
    assert world.run("Query.getMessage", bob, id=after).error_type is None
    assert world.run("Query.getMessage", alice, id=before).error_type is None
