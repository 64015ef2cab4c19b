"""Tests of callers: profiles, names, subscriptions, and callers without a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.graphql.world import User

if TYPE_CHECKING:
    from tests.unit.graphql.conftest import NewRoom
    from tests.unit.graphql.world import World

ROOM_SUBSCRIPTIONS = (
    "onMessageCreated",
    "onMessageUpdated",
    "onMessageDeleted",
    "onReactionAdded",
    "onReactionRemoved",
    "onTypingStarted",
    "onTypingStopped",
    "onUserPresenceChanged",
)

COMPLETE = [{"fieldName": "selectionComplete", "operator": "eq", "value": True}]
"""Filters of an event besides the room."""


def test_me_returns_profile_and_groups(world: World, alice: User) -> None:
    world.give("users", userId="id-alice", displayName="Alice L.", createdAt="2029-12-31T00:00:00.000Z")
    assert world.run("Query.me", alice).data == {
        "id": "id-alice",
        "displayName": "Alice L.",
        "groups": ["Users"],
        "createdAt": "2029-12-31T00:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("user", "name"),
    [
        (User("carol", claims=(("name", "Carol C."),)), "Carol C."),
        (User("carol", claims=(("name", "  "),)), "carol"),
        (User("carol", claims=(("name", "x" * 100),)), "x" * 64),
        (User("carol@example.com"), "user-id-carol"),
    ],
)
def test_name_without_profile_comes_from_the_token_and_is_never_an_address(world: World, user: User, name: str) -> None:
    assert world.run("Query.me", user).data["displayName"] == name
    room = world.run("Mutation.createChatRoom", user, input={"name": "Room"}).data["id"]
    message = world.run("Mutation.createMessage", user, input={"chatRoomId": room, "content": "hi"}).data
    assert message["authorName"] == name


def test_author_name_is_the_name_at_joining(world: World, bob: User, room: str) -> None:
    world.give("users", userId="id-bob", displayName="Bob", createdAt="2029-12-31T00:00:00.000Z")
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    world.give("users", userId="id-bob", displayName="Robert", createdAt="2029-12-31T00:00:00.000Z")
    message = world.run("Mutation.createMessage", bob, input={"chatRoomId": room, "content": "hi"}).data
    assert message["authorName"] == "Bob"


@pytest.mark.parametrize("field", ROOM_SUBSCRIPTIONS)
def test_subscription_of_a_member_is_filtered_by_the_server(world: World, alice: User, room: str, field: str) -> None:
    outcome = world.run(f"Subscription.{field}", alice, chatRoomId=room)
    of_room = {"fieldName": "chatRoomId", "operator": "eq", "value": room}
    of_user = {"fieldName": "userId", "operator": "eq", "value": "id-alice"}
    assert (outcome.data, outcome.error_type) == (None, None)
    assert outcome.subscription_filter == {"filterGroup": [{"filters": [of_room, *COMPLETE]}]}
    assert outcome.invalidation_filter == {"filterGroup": [{"filters": [of_room, of_user]}]}
    assert outcome.read_units == 1
    assert outcome.calls[0]["request"]["consistentRead"] is True


@pytest.mark.parametrize("field", ROOM_SUBSCRIPTIONS)
def test_subscription_is_for_members_and_admins(
    world: World, bob: User, admin: User, new_room: NewRoom, field: str
) -> None:
    field = f"Subscription.{field}"
    for visibility in ("PUBLIC", "PRIVATE"):
        room = new_room(visibility=visibility)
        refused = world.run(field, bob, chatRoomId=room)
        assert (refused.error_type, refused.subscription_filter) == ("Forbidden", None)
        assert world.run(field, admin, chatRoomId=room).error_type is None
    assert world.run(field, bob, chatRoomId="unknown").error_type == "NotFound"
    assert world.run(field, bob, chatRoomId="").error_type == "ValidationError"


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("Query.me", {}),
        ("Query.getChatRoom", {"id": "private"}),
        ("Query.listChatRooms", {}),
        ("Query.myChatRooms", {}),
        ("Query.messagesByRoom", {"chatRoomId": "private"}),
        ("Mutation.createChatRoom", {"input": {"name": "Room"}}),
        ("Mutation.joinChatRoom", {"chatRoomId": "private"}),
        ("Mutation.createMessage", {"input": {"chatRoomId": "private", "content": "x"}}),
        ("Query.getMessage", {"id": "private:1"}),
        ("Mutation.updateMessage", {"input": {"id": "private:1", "content": "x"}}),
        ("Mutation.deleteMessage", {"id": "private:1"}),
        ("Query.repliesByMessage", {"messageId": "private:1"}),
        ("Query.reactionsByMessage", {"messageId": "private:1"}),
        ("Query.seenBy", {"messageId": "private:1"}),
        ("Query.getUserPresence", {"id": "id-alice"}),
        ("Query.presenceByRoom", {"chatRoomId": "private"}),
        ("Mutation.createReaction", {"input": {"messageId": "private:1", "emoji": "x"}}),
        ("Mutation.deleteReaction", {"input": {"messageId": "private:1", "emoji": "x"}}),
        ("Mutation.startTyping", {"chatRoomId": "private"}),
        ("Mutation.stopTyping", {"chatRoomId": "private"}),
        ("Mutation.updatePresence", {"status": "ONLINE"}),
        ("Mutation.markRoomRead", {"chatRoomId": "private", "seq": 1}),
        *((f"Subscription.{field}", {"chatRoomId": "private"}) for field in ROOM_SUBSCRIPTIONS[3:]),
        ("Subscription.onMessageCreated", {"chatRoomId": "private"}),
        ("Subscription.onMessageUpdated", {"chatRoomId": "private"}),
        ("Subscription.onMessageDeleted", {"chatRoomId": "private"}),
    ],
)
def test_calls_without_a_user_are_refused(world: World, field: str, arguments: dict[str, Any]) -> None:
    world.give("rooms", roomId="private", name="Room", visibility="PRIVATE", lastSeq=0, memberCount=0)
    outcome = world.run(field, None, **arguments)
    assert outcome.error_type == "Unauthorized"
    assert outcome.write_units == 0
