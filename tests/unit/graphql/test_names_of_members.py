"""Ids and emoji that equal names of JavaScript object members are treated like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.graphql.world import User

if TYPE_CHECKING:
    from tests.unit.graphql.world import World

NAMES = ("__proto__", "constructor", "hasOwnProperty", "isPrototypeOf", "toString", "valueOf")
INLINE, DISTINCT = 32, 20


@dataclass(frozen=True, slots=True)
class Called(User):
    """A user whose id is the name."""

    @property
    def identity(self) -> dict[str, Any]:
        """``ctx.identity`` of a Cognito user."""
        return {"sub": self.name, "username": self.name, "groups": ["Users"], "claims": {}}


def join(world: World, room: str, user_id: str) -> None:
    world.give(
        "memberships",
        roomId=room,
        userId=user_id,
        displayName=f"Name of {user_id}",
        role="MEMBER",
        state="ACTIVE",
        joinedSeq=0,
        readSeq=0,
    )


@pytest.fixture
def message(world: World, alice: User, room: str) -> str:
    outcome = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x"})
    identifier: str = outcome.data["id"]
    return identifier


def react(world: World, user: User, message: str, emoji: str) -> Any:  # noqa: ANN401  the schema's Reaction
    outcome = world.run("Mutation.createReaction", user, input={"messageId": message, "emoji": emoji})
    assert outcome.error_type is None, outcome.error_message
    return outcome.data


def test_reactions_with_such_names_are_counted(world: World, alice: User, bob: User, room: str, message: str) -> None:
    join(world, room, "id-bob")
    for name in NAMES:
        assert react(world, alice, message, name)["count"] == 1
        assert react(world, bob, message, name)["count"] == 2
    shown = world.run("Query.getMessage", alice, id=message).data["reactions"]
    assert shown == [{"emoji": name, "count": 2} for name in sorted(NAMES)]


def test_reactions_with_such_names_are_counted_as_rows(world: World, alice: User, room: str, message: str) -> None:
    for number in range(INLINE):
        join(world, room, f"id-user{number}")
        react(world, User(f"user{number}"), message, "👍")
    for name in NAMES:
        assert react(world, alice, message, name)["count"] == 1
    for name in NAMES:
        answer = world.run("Mutation.deleteReaction", alice, input={"messageId": message, "emoji": name})
        assert answer.data["count"] == 0


def test_such_names_count_as_different_emoji(world: World, alice: User, message: str) -> None:
    for name in (*NAMES, *(f"emoji{number}" for number in range(DISTINCT - len(NAMES)))):
        react(world, alice, message, name)
    outcome = world.run("Mutation.createReaction", alice, input={"messageId": message, "emoji": "propertyIsEnumerable"})
    assert outcome.error_type == "ValidationError"


def test_users_with_such_ids_react_and_have_names(world: World, room: str, message: str) -> None:
    for name in NAMES:
        join(world, room, name)
        react(world, Called(name), message, "👍")
    found = world.run("Query.reactionsByMessage", Called(NAMES[0]), messageId=message).data["items"]
    assert {item["userId"]: item["displayName"] for item in found} == {name: f"Name of {name}" for name in NAMES}


def test_only_members_with_such_ids_can_be_mentioned(world: World, alice: User, room: str) -> None:
    def mention(*names: str) -> Any:  # noqa: ANN401  an outcome
        return world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x", "mentions": names})

    assert mention("constructor").error_type == "ValidationError"
    for name in NAMES:
        join(world, room, name)
    assert mention(*NAMES, *NAMES).data["mentions"] == list(NAMES)


def test_users_with_such_ids_have_rooms_invitations_and_presence(world: World, room: str) -> None:
    for name in NAMES:
        join(world, room, name)
        join(world, name, name)
        world.run("Mutation.updatePresence", Called(name), status="ONLINE")
        mine = world.run("Query.myChatRooms", Called(name)).data["items"]
        # The room with this id has only a membership.
        assert [item["chatRoom"]["id"] for item in mine] == [room]
        assert world.run("Query.myInvitations", Called(name)).data["items"] == []
    presences = world.run("Query.presenceByRoom", Called(NAMES[0]), chatRoomId=room).data
    online = {presence["userId"] for presence in presences if presence["status"] == "ONLINE"}
    assert online == set(NAMES)


def test_unknown_users_with_such_ids_are_not_found(world: World, alice: User) -> None:
    for name in NAMES:
        assert world.run("Mutation.openDirectRoom", alice, userId=name).error_type == "NotFound"
        assert world.run("Query.getUserPresence", alice, id=name).error_type == "NotFound"


def test_a_direct_room_with_such_a_user_has_the_right_name(world: World, alice: User) -> None:
    for name in NAMES:
        world.give("users", userId=name, displayName=f"Name of {name}")
        opened = world.run("Mutation.openDirectRoom", alice, userId=name)
        assert f"Name of {name}" in opened.data["name"].split(", ")
