"""A row that a throttled batch read did not return is never treated as a missing row.

BatchGetItem reports such keys in ``UnprocessedKeys``. Every function with a batch read has a case here, and each of its
tables is left unread in turn: the call fails with ``RateLimited`` at once and makes no further requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.graphql.world import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.graphql.world import Running, World

    Start = Callable[..., Running]
    Run = Callable[[World, Start], Running]

ALICE, BOB, CAROL = User("alice"), User("bob"), User("carol")
SEND = "Mutation.createMessage"
CASES: list[tuple[str, tuple[str, ...], Run]] = []
"""A function, the tables of its batch read, and a call that runs it."""


def case(function: str, *tables: str) -> Callable[[Run], Run]:
    """Register a case; the decorated function prepares its data and starts the call."""

    def add(run: Run) -> Run:
        CASES.append((function, tables, run))
        return run

    return add


def room_with_bob(world: World) -> str:
    room: str = world.run("Mutation.createChatRoom", ALICE, input={"name": "Room"}).data["id"]
    world.run("Mutation.joinChatRoom", BOB, chatRoomId=room)
    return room


def message(world: World, room: str, **values: object) -> str:
    sent: str = world.run(SEND, ALICE, input={"chatRoomId": room, "content": "hello", **values}).data["id"]
    return sent


@case("readSender", "memberships", "deduplication", "rooms")
def sending(world: World, start: Start) -> Running:
    return start(SEND, BOB, input={"chatRoomId": room_with_bob(world), "content": "x", "clientMessageId": "c"})


@case("readReferences", "messages", "memberships")
def replying_and_mentioning(world: World, start: Start) -> Running:
    room = room_with_bob(world)
    references = {"replyToId": message(world, room), "mentions": ["id-alice"]}
    return start(SEND, BOB, input={"chatRoomId": room, "content": "x", **references})


@case("readReferences", "messages")
def repeating_a_call(world: World, start: Start) -> Running:
    room = room_with_bob(world)
    message(world, room, clientMessageId="c")
    return start(SEND, ALICE, input={"chatRoomId": room, "content": "hello", "clientMessageId": "c"})


@case("confirmNumber", "rooms")
def sending_to_a_room_that_is_frozen_meanwhile(world: World, start: Start) -> Running:
    room = room_with_bob(world)
    running = start(SEND, BOB, input={"chatRoomId": room, "content": "x"})
    running.step()
    world.run("Mutation.updateChatRoom", ALICE, input={"id": room, "frozen": True})
    return running


@case("confirmNumber", "deduplication")
def sending_too_early_in_slow_mode(world: World, start: Start) -> Running:
    room = room_with_bob(world)
    world.run("Mutation.updateChatRoom", ALICE, input={"id": room, "slowModeSeconds": 30})
    world.run(SEND, BOB, input={"chatRoomId": room, "content": "x"})
    return start(SEND, BOB, input={"chatRoomId": room, "content": "y"})


@case("loadJoiner", "memberships", "users")
def joining(world: World, start: Start) -> Running:
    return start("Mutation.joinChatRoom", CAROL, chatRoomId=room_with_bob(world))


@case("confirmJoiner", "rooms", "memberships")
def joining_a_room_that_is_archived(world: World, start: Start) -> Running:
    room = room_with_bob(world)
    world.run("Mutation.archiveChatRoom", ALICE, id=room)
    return start("Mutation.joinChatRoom", CAROL, chatRoomId=room)


@case("readInvitee", "memberships", "rooms", "users")
def inviting(world: World, start: Start) -> Running:
    world.give("users", userId="id-carol", displayName="carol", createdAt="2030")
    return start("Mutation.inviteToChatRoom", ALICE, chatRoomId=room_with_bob(world), userId="id-carol")


@case("readTarget", "memberships", "users")
def banning(world: World, start: Start) -> Running:
    return start("Mutation.banMember", ALICE, chatRoomId=room_with_bob(world), userId="id-bob", reason="spam")


@case("readMemberAndRoom", "memberships", "rooms")
def reacting(world: World, start: Start) -> Running:
    return start(
        "Mutation.createReaction", BOB, input={"messageId": message(world, room_with_bob(world)), "emoji": "👍"}
    )


@case("readNames", "memberships")
def listing_reactions(world: World, start: Start) -> Running:
    sent = message(world, room_with_bob(world))
    world.run("Mutation.createReaction", BOB, input={"messageId": sent, "emoji": "👍"})
    return start("Query.reactionsByMessage", ALICE, messageId=sent)


@case("loadDirectRoomUsers", "rooms", "users")
def opening_a_direct_room(world: World, start: Start) -> Running:
    for name in ("alice", "bob"):
        world.give("users", userId=f"id-{name}", displayName=name, createdAt="2030")
    return start("Mutation.openDirectRoom", ALICE, userId="id-bob")


@case("readOwnPresence", "presence", "memberships", "rooms")
def being_present_in_a_room(world: World, start: Start) -> Running:
    return start("Mutation.updatePresence", BOB, chatRoomId=room_with_bob(world), status="ONLINE")


@case("readPresences", "presence")
def listing_presence(world: World, start: Start) -> Running:
    return start("Query.presenceByRoom", ALICE, chatRoomId=room_with_bob(world))


@case("Query.getUserPresence", "presence", "users")
def asking_how_somebody_is_present(world: World, start: Start) -> Running:
    world.give("users", userId="id-bob", displayName="bob", createdAt="2030")
    return start("Query.getUserPresence", ALICE, id="id-bob")


@case("readRooms", "rooms")
def listing_own_rooms(world: World, start: Start) -> Running:
    room_with_bob(world)
    return start("Query.myChatRooms", BOB)


@case("readNotifications", "notifications")
def listing_unread_notifications(world: World, start: Start) -> Running:
    notification = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    world.give("notifications", userId="id-bob", notificationId=notification, unreadId=notification, type="MENTION")
    return start("Query.myNotifications", BOB, unreadOnly=True)


@case("Mutation.publishMessageCreated", "messages")
def publishing_a_message(world: World, start: Start) -> Running:
    return start("Mutation.publishMessageCreated", ALICE, id=message(world, room_with_bob(world)))


def requested(running: Running, function: str) -> dict[str, Any]:
    """Return the tables that the function requested in a call that runs to its end."""
    while True:
        outcome = running.step()
        for call in outcome.calls:
            if call["function"] == function:
                tables: dict[str, Any] = call["request"]["tables"]
                return tables
        assert outcome.error_type is None, f"{outcome.error_type}: {outcome.error_message}"
        assert outcome.data is None, f"{function} was not reached"


@pytest.mark.parametrize(("function", "tables", "run"), CASES, ids=lambda value: getattr(value, "__name__", None))
def test_an_unread_row_is_not_treated_as_missing(
    world: World, function: str, tables: tuple[str, ...], run: Run
) -> None:
    assert set(requested(run(world, world.start), function)) == set(tables)
    for table in tables:
        world.reset()

        def start(field: str, user: User, table: str = table, **arguments: object) -> Running:
            return world.start_unread(function, table, field, user, **arguments)

        outcome = run(world, start).finish()
        assert (outcome.error_type, outcome.functions) == ("RateLimited", [function]), table


def test_every_batch_read_has_a_case(world: World) -> None:
    assert world.batches() == {function for function, _, _ in CASES}
