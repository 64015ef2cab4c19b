"""Tests of replies, threads and mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.graphql.conftest import NewRoom
    from tests.unit.graphql.world import Outcome, User, World

NOW = 1893456000


def send(world: World, user: User, room: str, **values: object) -> Outcome:
    return world.run("Mutation.createMessage", user, input={"chatRoomId": room, "content": "hello", **values})


def replies(world: World, user: User, message: str, **page: object) -> Outcome:
    return world.run("Query.repliesByMessage", user, messageId=message, **page)


def row(world: World, seq: int) -> dict[str, object]:
    return next(row for row in world.items("messages") if row["seq"] == seq)


@pytest.fixture
def root(world: World, alice: User, room: str) -> str:
    """A message that starts threads."""
    identifier: str = send(world, alice, room).data["id"]
    return identifier


def test_reply_is_in_the_thread_and_counted_in_its_root(world: World, alice: User, room: str, root: str) -> None:
    world.wait(5)
    reply = send(world, alice, room, replyToId=root).data
    assert (reply["replyToId"], reply["threadId"]) == (root, root)
    assert reply["threadRoot"] == {
        "id": root,
        "seq": 1,
        "revision": 2,
        "replyCount": 1,
        "lastReplySeq": 2,
        "lastReplyAt": "2030-01-01T00:00:05.000Z",
    }
    shown = world.run("Query.getMessage", alice, id=root).data
    assert (shown["replyCount"], shown["lastReplySeq"], shown["revision"]) == (1, 2, 2)
    del reply["threadRoot"]
    assert replies(world, alice, root).data["items"] == [reply]


def test_reply_costs_one_more_write_and_read(world: World, alice: User, room: str, root: str) -> None:
    outcome = send(world, alice, room, replyToId=root)
    # The reply's entry in the index of threads is the fifth write.
    assert (outcome.write_units, outcome.read_units) == (5, 3)


def test_reply_to_a_reply_joins_the_thread(world: World, alice: User, room: str, root: str) -> None:
    first = send(world, alice, room, replyToId=root).data
    second = send(world, alice, room, replyToId=first["id"]).data
    assert (second["replyToId"], second["threadId"]) == (first["id"], root)
    assert second["threadRoot"]["replyCount"] == 2
    assert [item["seq"] for item in replies(world, alice, root).data["items"]] == [2, 3]
    assert replies(world, alice, first["id"]).data["items"] == []


def test_reply_sent_again_counts_once(world: World, alice: User, room: str, root: str) -> None:
    for _ in range(3):
        again = send(world, alice, room, replyToId=root, clientMessageId="c").data
    assert "threadRoot" not in again
    assert row(world, 1)["replyCount"] == 1


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_reply_sent_again_after_a_crash_counts_once_at_most(
    world: World, alice: User, room: str, root: str, steps: int
) -> None:
    values = {"chatRoomId": room, "content": "x", "replyToId": root, "clientMessageId": "c"}
    crashed = world.start("Mutation.createMessage", alice, input=values)
    for _ in range(steps):
        crashed.step()
    assert world.run("Mutation.createMessage", alice, input=values).error_type is None
    assert row(world, 1)["replyCount"] == 1
    assert len(replies(world, alice, root).data["items"]) == 1


def test_replies_come_oldest_first_page_by_page(world: World, alice: User, room: str, root: str) -> None:
    for _ in range(5):
        send(world, alice, room, replyToId=root)
        send(world, alice, room)
    first = replies(world, alice, root, limit=3).data
    second = replies(world, alice, root, limit=3, nextToken=first["nextToken"]).data
    assert [item["seq"] for item in first["items"] + second["items"]] == [2, 4, 6, 8, 10]
    assert second["nextToken"] is None
    assert replies(world, alice, root, nextToken="before:1").error_type == "ValidationError"


@pytest.mark.parametrize(
    ("change", "error_type"),
    [
        ({"type": "VOID"}, "NotFound"),
        ({"expiresAt": NOW}, "NotFound"),
        ({"deletedAt": "2029-12-31T00:00:00.000Z"}, "ValidationError"),
    ],
)
def test_replies_to_missing_or_deleted_messages_are_refused(
    world: World, alice: User, room: str, root: str, change: dict[str, object], error_type: str
) -> None:
    world.give("messages", **{**row(world, 1), **change})
    assert send(world, alice, room, replyToId=root).error_type == error_type
    assert world.items("rooms")[0]["lastSeq"] == 1


def test_reply_requires_a_message_of_the_same_room(world: World, alice: User, new_room: NewRoom) -> None:
    here, there = new_room(), new_room()
    elsewhere = send(world, alice, there).data["id"]
    assert send(world, alice, here, replyToId=elsewhere).error_type == "ValidationError"
    assert send(world, alice, here, replyToId=f"{here}:1").error_type == "NotFound"
    assert send(world, alice, here, replyToId="nonsense").error_type == "ValidationError"
    assert replies(world, alice, f"{here}:1").error_type == "NotFound"


def test_missing_root_is_not_created_again(world: World, alice: User, room: str, root: str) -> None:
    sending = world.start(
        "Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x", "replyToId": root}
    )
    sending.step()
    sending.step()
    world.take("messages", roomId=room, seq=1)
    reply = sending.finish().data
    assert "threadRoot" not in reply
    assert [row["seq"] for row in world.items("messages")] == [2]


def test_thread_requires_a_membership(world: World, bob: User, admin: User, room: str, root: str) -> None:
    assert replies(world, bob, root).error_type == "Forbidden"
    assert send(world, bob, room, replyToId=root).error_type == "Forbidden"
    assert send(world, bob, "unknown", replyToId="unknown:1").error_type == "NotFound"
    assert send(world, admin, room, replyToId=root).error_type is None
    assert len(replies(world, admin, root).data["items"]) == 1


def test_only_members_can_be_mentioned(world: World, alice: User, bob: User, room: str) -> None:
    assert send(world, alice, room, mentions=["id-bob"]).error_type == "ValidationError"
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    outcome = send(world, alice, room, mentions=["id-bob", "id-alice", "id-bob"])
    assert outcome.data["mentions"] == ["id-bob", "id-alice"]
    assert (outcome.write_units, outcome.read_units) == (3, 3)
    assert outcome.data["mentionsRoom"] is False
    (member,) = [row for row in world.items("memberships") if row["userId"] == "id-bob"]
    world.give("memberships", **{**member, "state": "LEFT"})
    assert send(world, alice, room, mentions=["id-bob"]).error_type == "ValidationError"


def test_at_most_25_users_can_be_mentioned(world: World, alice: User, room: str) -> None:
    users = [f"user-{number}" for number in range(26)]
    for user in users:
        world.give("memberships", roomId=room, userId=user, displayName="x", state="ACTIVE", joinedSeq=0, readSeq=0)
    assert len(send(world, alice, room, mentions=users[:25]).data["mentions"]) == 25
    assert send(world, alice, room, mentions=users).error_type == "ValidationError"
    assert send(world, alice, room, mentions=["a#b"]).error_type == "ValidationError"


def test_only_moderators_mention_the_room(world: World, alice: User, bob: User, admin: User, room: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert send(world, bob, room, mentionsRoom=True).error_type == "Forbidden"
    for user in (alice, admin):
        assert send(world, user, room, mentionsRoom=True).data["mentionsRoom"] is True


def test_edit_replaces_or_keeps_mentions(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    message = send(world, alice, room, mentions=["id-bob"], mentionsRoom=True).data["id"]

    def edit(user: User = alice, **values: object) -> Outcome:
        return world.run("Mutation.updateMessage", user, input={"id": message, "content": "x", **values})

    assert edit().data["mentions"] == ["id-bob"]
    assert edit(mentions=["id-alice"]).data["mentions"] == ["id-alice"]
    assert edit(mentions=["nobody"]).error_type == "ValidationError"
    emptied = edit(mentions=[], mentionsRoom=False).data
    assert (emptied["mentions"], emptied["mentionsRoom"]) == ([], False)
    own = send(world, bob, room).data["id"]
    refused = world.run("Mutation.updateMessage", bob, input={"id": own, "content": "x", "mentionsRoom": True})
    assert refused.error_type == "Forbidden"


def test_deleting_removes_mentions_and_keeps_the_thread(world: World, alice: User, room: str, root: str) -> None:
    reply = send(world, alice, room, replyToId=root, mentions=["id-alice"]).data["id"]
    deleted = world.run("Mutation.deleteMessage", alice, id=reply).data
    assert (deleted["mentions"], deleted["threadId"]) == ([], root)
    world.run("Mutation.deleteMessage", alice, id=root)
    assert [item["id"] for item in replies(world, alice, root).data["items"]] == [reply]
