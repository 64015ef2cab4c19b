"""Reactions: first a set in the message, then separate rows, with exact counts in both cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract.limits import LIMITS
from tests.unit.graphql.world import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.graphql.world import Outcome, World

    Run = Callable[[World, User, str], Outcome]

INLINE, DISTINCT = 32, 20
FAMILY = "👨‍👩‍👧‍👦"


@pytest.fixture
def message(world: World, alice: User, room: str) -> str:
    """The id of a message by alice, the first message of her room."""
    outcome = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x" * 200})
    identifier: str = outcome.data["id"]
    return identifier


def react(world: World, user: User, message: str, emoji: str = "👍") -> Outcome:
    return world.run("Mutation.createReaction", user, input={"messageId": message, "emoji": emoji})


def unreact(world: World, user: User, message: str, emoji: str = "👍") -> Outcome:
    return world.run("Mutation.deleteReaction", user, input={"messageId": message, "emoji": emoji})


def counts(world: World, user: User, message: str) -> dict[str, int]:
    shown = world.run("Query.getMessage", user, id=message).data["reactions"]
    return {reaction["emoji"]: reaction["count"] for reaction in shown}


def crowd(world: World, message: str, size: int) -> list[User]:
    """Create members of the message's room."""
    users = [User(f"user{number}") for number in range(size)]
    for user in users:
        world.give(
            "memberships",
            roomId=message.rpartition(":")[0],
            userId=f"id-{user.name}",
            displayName=user.name.title(),
            role="MEMBER",
            state="ACTIVE",
            joinedSeq=0,
            readSeq=0,
        )
    return users


def test_reaction_counts_once_per_user_and_emoji(world: World, alice: User, message: str) -> None:
    first = react(world, alice, message)
    assert first.data == {
        "messageId": message,
        "chatRoomId": message.rpartition(":")[0],
        "emoji": "👍",
        "userId": "id-alice",
        "displayName": "alice",
        "createdAt": "2030-01-01T00:00:00.000Z",
        "count": 1,
        "revision": 2,
    }
    assert react(world, alice, message).data == first.data
    assert react(world, alice, message, FAMILY).data["count"] == 1
    assert counts(world, alice, message) == {"👍": 1, FAMILY: 1}


def test_reaction_costs_a_write_and_a_read(world: World, alice: User, message: str) -> None:
    outcome = react(world, alice, message)
    assert (outcome.write_units, outcome.read_units) == (1, 1)
    users = crowd(world, message, INLINE - 1)
    for user in users:
        outcome = react(world, user, message)
    assert outcome.write_units <= 2
    assert unreact(world, users[-1], message).write_units <= 2


def test_reaction_is_removed(world: World, alice: User, message: str) -> None:
    react(world, alice, message)
    taken = unreact(world, alice, message)
    assert (taken.data["count"], taken.data["revision"]) == (0, 3)
    assert unreact(world, alice, message).data == taken.data
    assert counts(world, alice, message) == {}
    assert "reactions" not in world.items("messages")[0]


def test_reactions_beyond_the_set_are_stored_as_rows_and_counted(world: World, message: str) -> None:
    users = crowd(world, message, INLINE + 8)
    for number, user in enumerate(users):
        outcome = react(world, user, message)
        assert outcome.data["count"] == number + 1
        assert outcome.data["revision"] == number + 2
    assert (outcome.write_units, outcome.read_units) == (5, 3)
    assert len(world.items("reactions")) == 8
    assert react(world, users[-1], message).data["count"] == len(users)
    assert react(world, users[0], message).data["count"] == len(users)
    assert counts(world, users[0], message) == {"👍": len(users)}
    assert unreact(world, users[-1], message).data["count"] == len(users) - 1
    assert unreact(world, users[0], message).data["count"] == len(users) - 2
    assert len(world.items("reactions")) == 7


def test_reaction_with_a_row_is_not_added_to_the_set(world: World, message: str) -> None:
    users = crowd(world, message, INLINE + 2)
    for user in users:
        react(world, user, message)
    unreact(world, users[0], message)
    assert react(world, users[-1], message).data["count"] == len(users) - 1
    react(world, users[0], message)
    assert counts(world, users[0], message) == {"👍": len(users)}
    for user in users:
        unreact(world, user, message)
    assert counts(world, users[0], message) == {}
    assert react(world, users[0], message).data["count"] == 1
    assert world.items("reactions") == []


def test_a_message_has_at_most_20_different_emoji(world: World, alice: User, bob: User, message: str) -> None:
    for number in range(DISTINCT):
        assert react(world, alice, message, f"e{number}").error_type is None
    refused = react(world, alice, message, "one too many")
    assert refused.error_type == "ValidationError"
    refused = react(world, alice, message, "more")
    assert refused.error_type == "ValidationError"
    assert sorted(counts(world, alice, message)) == sorted(f"e{number}" for number in range(DISTINCT))
    crowd(world, message, 0)
    world.run("Mutation.joinChatRoom", bob, chatRoomId=message.rpartition(":")[0])
    assert react(world, bob, message, "e0").data["count"] == 2


def test_a_message_has_at_most_20_different_emoji_beyond_the_set(world: World, message: str) -> None:
    users = crowd(world, message, 3)
    for number in range(DISTINCT):
        react(world, users[0], message, f"e{number}")
        react(world, users[1], message, f"e{number}")
    assert len(world.items("reactions")) == 2 * DISTINCT - INLINE
    assert react(world, users[2], message, "e20").error_type == "ValidationError"
    assert react(world, users[2], message, "e19").data["count"] == 3


@pytest.mark.parametrize("emoji", ["", "  ", "two words", "x" * (LIMITS["emojiLength"] + 1)])
def test_invalid_emoji_are_refused(world: World, alice: User, message: str, emoji: str) -> None:
    outcome = react(world, alice, message, emoji)
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])


@pytest.mark.parametrize("emoji", ["#️⃣", "a#b", ":thumbsup:", "x" * 32])
def test_other_short_texts_are_accepted_as_emoji(world: World, alice: User, message: str, emoji: str) -> None:
    assert react(world, alice, message, emoji).data["emoji"] == emoji
    assert counts(world, alice, message) == {emoji: 1}
    page = world.run("Query.reactionsByMessage", alice, messageId=message, emoji=emoji).data
    assert [item["userId"] for item in page["items"]] == ["id-alice"]


@pytest.mark.parametrize("run", [react, unreact])
def test_only_members_and_admins_react(world: World, bob: User, admin: User, message: str, run: Run) -> None:
    assert run(world, bob, message).error_type == "Forbidden"
    assert run(world, bob, "unknown:1").error_type == "NotFound"
    assert run(world, admin, message.replace(":1", ":2")).error_type == "NotFound"
    assert run(world, admin, message).error_type is None
    assert len(world.items("messages")) == 1


@pytest.mark.parametrize("run", [react, unreact])
def test_reactions_in_closed_rooms_or_to_missing_messages_are_refused(
    world: World, alice: User, message: str, run: Run
) -> None:
    react(world, alice, message)
    (room,) = world.items("rooms")
    for closed in ({"frozen": True}, {"archivedAt": "2029-12-31T00:00:00.000Z"}):
        world.give("rooms", **room, **closed)
        assert run(world, alice, message).error_type == "RoomFrozen"
    world.give("rooms", **room)
    (row,) = world.items("messages")
    world.give("messages", **row, expiresAt=1893456000)
    assert run(world, alice, message).error_type == "NotFound"
    world.give("messages", **row)
    world.run("Mutation.deleteMessage", alice, id=message)
    assert run(world, alice, message).error_type == "Conflict"
    assert counts(world, alice, message) == {}


@pytest.mark.parametrize("field", ["Mutation.createReaction", "Mutation.deleteReaction"])
@pytest.mark.parametrize(("inline", "steps"), [(0, 1), (INLINE, 1), (INLINE, 2), (INLINE, 3)])
def test_reactions_to_a_concurrently_deleted_message_are_not_changed(
    world: World, alice: User, message: str, field: str, inline: int, steps: int
) -> None:
    *others, late = crowd(world, message, inline + 1)
    for user in others:
        react(world, user, message)
    if field == "Mutation.deleteReaction":
        react(world, late, message)
    reactions = world.items("reactions")
    running = world.start(field, late, input={"messageId": message, "emoji": "👍"})
    for _ in range(steps):
        running.step()
    world.run("Mutation.deleteMessage", alice, id=message)
    deleted = world.items("messages")
    assert running.finish().error_type == "Conflict"
    assert (world.items("messages"), world.items("reactions")) == (deleted, reactions)


def test_new_members_do_not_react_to_hidden_messages(world: World, alice: User, bob: User, message: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=message.rpartition(":")[0])
    world.give("rooms", **world.items("rooms")[0], historyVisibility="FROM_JOIN")
    assert react(world, bob, message).error_type == "NotFound"
    assert react(world, alice, message).error_type is None
    assert world.run("Query.reactionsByMessage", bob, messageId=message).error_type == "NotFound"


def test_reactions_by_message_lists_set_and_rows(world: World, message: str) -> None:
    users = crowd(world, message, INLINE + 3)
    for user in users:
        react(world, user, message)
    react(world, users[0], message, "x")
    first = world.run("Query.reactionsByMessage", users[0], messageId=message, emoji="👍", limit=2).data
    second = world.run(
        "Query.reactionsByMessage", users[0], messageId=message, emoji="👍", limit=2, nextToken=first["nextToken"]
    ).data
    listed = [*first["items"], *second["items"]]
    assert {item["userId"] for item in listed} == {f"id-{user.name}" for user in users}
    assert len(listed) == len(users)
    assert {item["displayName"] for item in listed} == {user.name.title() for user in users}
    assert {item["count"] for item in listed} == {len(users)}
    everything = world.run("Query.reactionsByMessage", users[0], messageId=message).data
    assert len(everything["items"]) == len(users) + 1


def test_list_of_reactions_requires_a_member_and_a_message(world: World, alice: User, bob: User, message: str) -> None:
    field = "Query.reactionsByMessage"
    assert world.run(field, bob, messageId=message).error_type == "Forbidden"
    assert world.run(field, alice, messageId=message.replace(":1", ":2")).error_type == "NotFound"
    assert world.run(field, alice, messageId=message).data == {"items": []}


def test_subscription_to_one_message_is_filtered_by_it(world: World, alice: User, message: str) -> None:
    room = message.rpartition(":")[0]
    for field in ("Subscription.onReactionAdded", "Subscription.onReactionRemoved"):
        outcome = world.run(field, alice, messageId=message)
        assert outcome.subscription_filter is not None
        (group,) = outcome.subscription_filter["filterGroup"]
        assert {(one["fieldName"], one["value"]) for one in group["filters"]} == {
            ("chatRoomId", room),
            ("selectionComplete", True),
            ("messageId", message),
        }
        assert world.run(field, alice, messageId=message, chatRoomId=room).error_type is None
        assert world.run(field, alice, messageId=message, chatRoomId="other").error_type == "ValidationError"
        assert world.run(field, alice).error_type == "ValidationError"
        assert world.run(field, alice, messageId="unknown:1").error_type == "NotFound"
