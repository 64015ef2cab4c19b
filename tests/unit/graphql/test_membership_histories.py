"""Random histories of users who join, leave and are moderated concurrently, and the invariants at their end.

Every step is one data source call, so operations can interleave between any two calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.graphql.world import User

if TYPE_CHECKING:
    from tests.unit.graphql.world import Outcome, Running, World

PEOPLE = [User("alice"), User("bob"), User("carol")]
ADMIN = User("root", groups=("Users", "Admins"))
TYPED = {"Forbidden", "NotFound", "Conflict", "Banned", "RoomFrozen", None}

actors = st.sampled_from([*PEOPLE, ADMIN])
targets = st.sampled_from([f"id-{person.name}" for person in PEOPLE])
roles = st.sampled_from(["OWNER", "MODERATOR", "MEMBER"])
operations: st.SearchStrategy[tuple[str, User, dict[str, Any]]] = st.one_of(
    st.tuples(st.sampled_from(["joinChatRoom", "leaveChatRoom"]), st.sampled_from(PEOPLE), st.just({})),
    st.tuples(
        st.sampled_from(["removeMember", "banMember", "unbanMember", "inviteToChatRoom"]),
        actors,
        st.fixed_dictionaries({"userId": targets, "reason": st.just("because")}),
    ),
    st.tuples(st.just("setMemberRole"), actors, st.fixed_dictionaries({"userId": targets, "role": roles})),
)
histories = st.lists(operations, min_size=2, max_size=5)
schedules = st.lists(st.integers(0, 4), max_size=30)
quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def open_room(world: World, visibility: str) -> str:
    """Create a room with alice and bob as owners, so that either can be the last owner."""
    world.reset()
    for person in PEOPLE:
        world.give("users", userId=f"id-{person.name}", displayName=person.name, createdAt="2029-12-31T00:00:00.000Z")
    opened = world.run("Mutation.createChatRoom", PEOPLE[0], input={"name": "Room"})
    room: str = opened.data["id"]
    world.run("Mutation.joinChatRoom", PEOPLE[1], chatRoomId=room)
    world.run("Mutation.setMemberRole", PEOPLE[0], chatRoomId=room, userId="id-bob", role="OWNER")
    world.run("Mutation.updateChatRoom", PEOPLE[0], input={"id": room, "visibility": visibility})
    return room


def begin(world: World, room: str, history: list[tuple[str, User, dict[str, Any]]]) -> list[Running]:
    """Start all operations without a data source call."""
    return [world.start(f"Mutation.{name}", actor, chatRoomId=room, **arguments) for name, actor, arguments in history]


def advance(running: list[Running], schedule: list[int]) -> dict[int, Outcome]:
    """Run steps in the order of the schedule; return the outcomes of the operations that ended."""
    ended: dict[int, Outcome] = {}
    for choice in schedule:
        number = choice % len(running)
        if number not in ended:
            outcome = running[number].step()
            if outcome.data is not None or outcome.error_type is not None:
                ended[number] = outcome
    return ended


def facts(world: World, room: str) -> tuple[dict[str, Any], int, int]:
    """Return the room's row, and the actual numbers of members and owners."""
    (row,) = (item for item in world.items("rooms") if item["roomId"] == room)
    active = [item for item in world.items("memberships") if item["state"] == "ACTIVE"]
    return row, len(active), len([item for item in active if item["role"] == "OWNER"])


@quick
@given(history=histories, schedule=schedules, visibility=st.sampled_from(["PUBLIC", "PRIVATE"]))
def test_counts_are_exact_and_every_open_room_has_an_owner(
    node_world: World, history: list[tuple[str, User, dict[str, Any]]], schedule: list[int], visibility: str
) -> None:
    room = open_room(node_world, visibility)
    running = begin(node_world, room, history)
    ended = advance(running, schedule)
    for number, operation in enumerate(running):
        outcome = ended[number] if number in ended else operation.finish()
        assert outcome.error_type in TYPED, outcome.error_message

    row, members, owners = facts(node_world, room)
    assert (row["memberCount"], row["ownerCount"]) == (members, owners)
    assert owners >= 1 or "archivedAt" in row
    assert {item["userId"] for item in node_world.items("memberships")} <= {f"id-{person.name}" for person in PEOPLE}


@quick
@given(history=histories, schedule=schedules, dead=st.sets(st.integers(0, 4), min_size=1))
def test_interrupted_operations_never_count_too_many_owners(
    node_world: World, history: list[tuple[str, User, dict[str, Any]]], schedule: list[int], dead: set[int]
) -> None:
    """An interrupted operation makes no further steps: the member count may be too high, the owner count too low."""
    room = open_room(node_world, "PUBLIC")
    running = begin(node_world, room, history)
    ended = advance(running, schedule)
    for number, operation in enumerate(running):
        if number not in ended and number not in dead:
            operation.finish()

    row, members, owners = facts(node_world, room)
    assert row["memberCount"] >= members
    assert row["ownerCount"] <= owners
    assert owners >= 1 or "archivedAt" in row
