"""Tests of sending and reading messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contract.fields import MESSAGE
from contract.limits import LIMITS

if TYPE_CHECKING:
    from tests.unit.graphql.conftest import NewRoom
    from tests.unit.graphql.world import Outcome, User, World

HOUR = 3600


def send(world: World, user: User, room: str, content: str = "hello", **values: object) -> Outcome:
    return world.run("Mutation.createMessage", user, input={"chatRoomId": room, "content": content, **values})


def break_off(world: World, user: User, room: str) -> None:
    """Allocate a sequence number without writing the message: a gap."""
    sending = world.start("Mutation.createMessage", user, input={"chatRoomId": room, "content": "lost"})
    sending.step()
    sending.step()


def numbers(outcome: Outcome) -> list[int]:
    return [item["seq"] for item in outcome.data["items"]]


def test_create_message_costs_three_writes_and_two_reads(world: World, alice: User, room: str) -> None:
    outcome = send(world, alice, room, "  hello\n world ", clientMessageId="c1", type="TEXT")
    assert outcome.data == {
        "id": f"{room}:1",
        "chatRoomId": room,
        "seq": 1,
        "type": "TEXT",
        "content": "hello\n world",
        "authorId": "id-alice",
        "authorName": "alice",
        "clientMessageId": "c1",
        "createdAt": "2030-01-01T00:00:00.000Z",
        "version": 1,
        "revision": 1,
        "reactions": [],
        "replyCount": 0,
        "mentions": [],
        "attachments": [],
        "mentionsRoom": False,
        "flagged": False,
    }
    assert (outcome.write_units, outcome.read_units) == (3, 2)
    assert outcome.functions == ["readSender", "advanceRoom", "putIdempotencyRecord", "putMessage"]


def test_the_rooms_preview_has_the_fields_of_the_contract(world: World, alice: User, room: str) -> None:
    send(world, alice, room)
    (row,) = world.items("rooms")
    assert set(row["lastMessage"]) == set(MESSAGE.attributes(preview=True))


def test_idempotency_record_expires_after_the_configured_time(world: World, alice: User, room: str) -> None:
    send(world, alice, room, clientMessageId="c1")
    (marker,) = world.items("deduplication")
    assert marker["senderId"] == f"{room}#id-alice"
    assert marker["expiresAt"] == 1893456000 + 24 * HOUR


def test_sequence_is_dense_per_room(world: World, alice: User, new_room: NewRoom) -> None:
    first, second = new_room(), new_room()
    assert [send(world, alice, room).data["seq"] for room in (first, second, first, first)] == [1, 1, 2, 3]


def test_repeated_call_returns_the_first_message(world: World, alice: User, room: str) -> None:
    first = send(world, alice, room, "first", clientMessageId="c1")
    world.wait(HOUR)
    repeated = send(world, alice, room, "second", clientMessageId="c1")
    assert repeated.data == first.data
    assert len(world.items("messages")) == 1
    assert world.items("rooms")[0]["lastSeq"] == 1


def test_client_message_ids_are_scoped_by_user_and_room(
    world: World, alice: User, bob: User, new_room: NewRoom
) -> None:
    one, two = new_room(), new_room()
    world.run("Mutation.joinChatRoom", bob, chatRoomId=one)
    for user, room in ((alice, one), (bob, one), (alice, two)):
        send(world, user, room, clientMessageId="same")
    assert len(world.items("messages")) == 3


@pytest.mark.parametrize("crashed_after", [1, 2, 3, 4])
def test_repeated_call_after_a_crash_creates_one_message(
    world: World, alice: User, room: str, crashed_after: int
) -> None:
    crashed = world.start(
        "Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x", "clientMessageId": "c"}
    )
    for _ in range(crashed_after):
        crashed.step()
    answer = send(world, alice, room, "x", clientMessageId="c").data
    assert [row["seq"] for row in world.items("messages")] == [answer["seq"]]


def test_repeated_call_with_a_closed_number_gets_a_new_one(world: World, alice: User, room: str) -> None:
    late = world.start(
        "Mutation.createMessage", alice, input={"chatRoomId": room, "content": "late", "clientMessageId": "c"}
    )
    for _ in range(3):
        late.step()
    world.wait(61)
    closed = world.run("Query.messagesByRoom", alice, chatRoomId=room, afterSeq=0)
    assert [item["type"] for item in closed.data["items"]] == ["VOID"]
    assert late.finish().error_type == "Conflict"
    for _ in range(2):
        assert send(world, alice, room, "late", clientMessageId="c").data["seq"] == 2


@pytest.mark.parametrize("visibility", ["PUBLIC", "PRIVATE"])
def test_only_members_and_admins_send(world: World, bob: User, admin: User, new_room: NewRoom, visibility: str) -> None:
    room = new_room(visibility=visibility)
    assert send(world, bob, room).error_type == "Forbidden"
    assert send(world, bob, "unknown").error_type == "NotFound"
    assert send(world, admin, "unknown").error_type == "NotFound"
    assert world.items("messages") == world.items("deduplication") == []
    sent = send(world, admin, room)
    assert (sent.data["seq"], sent.data["authorName"]) == (1, "root")


@pytest.mark.parametrize(
    ("membership", "error_type"),
    [
        ({"state": "BANNED"}, "Banned"),
        ({"state": "LEFT"}, "Forbidden"),
        ({"state": "INVITED"}, "Forbidden"),
        ({"state": "ACTIVE", "mutedUntil": "2030-01-01T00:00:01.000Z"}, "Muted"),
        ({"state": "ACTIVE", "mutedUntil": "2030-01-01T00:00:00.000Z"}, None),
    ],
)
def test_sending_depends_on_the_membership(
    world: World, bob: User, room: str, membership: dict[str, str], error_type: str | None
) -> None:
    world.give("memberships", roomId=room, userId="id-bob", displayName="Bob", readSeq=0, **membership)
    outcome = send(world, bob, room)
    assert outcome.error_type == error_type
    assert len(world.items("messages")) == (0 if error_type else 1)


@pytest.mark.parametrize("closed", [{"frozen": True}, {"archivedAt": "2029-12-31T00:00:00.000Z"}])
def test_sending_to_a_closed_room_is_refused(world: World, alice: User, room: str, closed: dict[str, Any]) -> None:
    (row,) = world.items("rooms")
    world.give("rooms", **row, **closed)
    assert send(world, alice, room).error_type == "RoomFrozen"
    assert world.items("messages") == world.items("deduplication") == []


def test_unfrozen_room_accepts_messages(world: World, alice: User, room: str) -> None:
    world.give("rooms", **world.items("rooms")[0], frozen=False)
    assert send(world, alice, room).error_type is None


@pytest.mark.parametrize(
    "values",
    [
        {"content": ""},
        {"content": " \n "},
        {"content": "x" * (LIMITS["contentLength"] + 1)},
        {"type": "VOID"},
        {"clientMessageId": ""},
        {"clientMessageId": "x" * 65},
        {"clientMessageId": "two words"},
        {"clientMessageId": "a#b"},
        {"chatRoomId": ""},
        {"chatRoomId": "a#b"},
        {"chatRoomId": "x" * 65},
    ],
)
def test_create_message_refuses_values_out_of_limits(
    world: World, alice: User, room: str, values: dict[str, str]
) -> None:
    outcome = world.run("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x", **values})
    assert outcome.error_type == "ValidationError"
    assert f"input.{next(iter(values))}" in (outcome.error_message or "")
    assert outcome.calls == []


def test_create_message_accepts_values_at_the_limit(world: World, alice: User, room: str) -> None:
    outcome = send(world, alice, room, " " + "x" * 4000 + " ", clientMessageId="x" * 64, type=None)
    assert len(outcome.data["content"]) == 4000


def test_message_without_client_id_gets_one(world: World, alice: User, room: str) -> None:
    first, second = (send(world, alice, room, clientMessageId=None).data["clientMessageId"] for _ in range(2))
    assert first != second
    assert len(first) == 26


def test_history_has_full_pages_newest_first_and_no_empty_last_page(world: World, alice: User, room: str) -> None:
    for _ in range(6):
        send(world, alice, room)
    first = world.run("Query.messagesByRoom", alice, chatRoomId=room, limit=3)
    second = world.run("Query.messagesByRoom", alice, chatRoomId=room, limit=3, nextToken=first.data["nextToken"])
    assert (numbers(first), numbers(second)) == ([6, 5, 4], [3, 2, 1])
    assert second.data["nextToken"] is None
    before = world.run("Query.messagesByRoom", alice, chatRoomId=room, beforeSeq=3)
    assert numbers(before) == [2, 1]
    assert numbers(world.run("Query.messagesByRoom", alice, chatRoomId=room, beforeSeq=1)) == []


def test_history_omits_closed_numbers_and_fills_the_page(world: World, alice: User, room: str) -> None:
    for number in range(1, 10):
        if number in {5, 7, 8}:
            world.give("messages", roomId=room, seq=number, type="VOID", createdAt="2030-01-01T00:00:00.000Z")
        else:
            world.give(
                "messages", roomId=room, seq=number, type="TEXT", content="x", createdAt="2030-01-01T00:00:00.000Z"
            )
    first = world.run("Query.messagesByRoom", alice, chatRoomId=room, limit=4)
    assert numbers(first) == [9, 6, 4, 3]
    second = world.run("Query.messagesByRoom", alice, chatRoomId=room, limit=4, nextToken=first.data["nextToken"])
    assert (numbers(second), second.data["nextToken"]) == ([2, 1], None)


def test_page_of_fifty_messages_stays_within_its_units(world: World, alice: User, room: str) -> None:
    for _ in range(60):
        send(world, alice, room, "x" * 170)
    history = world.run("Query.messagesByRoom", alice, chatRoomId=room, limit=50)
    assert history.read_units <= 4 + 1
    gap = world.run("Query.messagesByRoom", alice, chatRoomId=room, limit=50, afterSeq=0)
    assert gap.read_units <= 5 + 1
    assert len(gap.data["items"]) == 50


def test_messages_after_a_number_are_read_oldest_first_and_consistently(world: World, alice: User, room: str) -> None:
    for _ in range(5):
        send(world, alice, room)
    first = world.run("Query.messagesByRoom", alice, chatRoomId=room, afterSeq=1, limit=3)
    assert numbers(first) == [2, 3, 4]
    (query,) = [call["request"] for call in first.calls if call["request"]["operation"] == "Query"]
    assert query["consistentRead"] is True
    arguments = {"chatRoomId": room, "afterSeq": 1, "limit": 3, "nextToken": first.data["nextToken"]}
    second = world.run("Query.messagesByRoom", alice, **arguments)
    assert (numbers(second), second.data["nextToken"]) == ([5], None)
    assert numbers(world.run("Query.messagesByRoom", alice, chatRoomId=room, afterSeq=99)) == []


def test_gap_is_closed_after_60_seconds(world: World, alice: User, room: str) -> None:
    break_off(world, alice, room)
    send(world, alice, room)
    break_off(world, alice, room)
    world.wait(59)
    assert numbers(world.run("Query.messagesByRoom", alice, chatRoomId=room, afterSeq=0)) == [2]
    world.wait(1)
    outcome = world.run("Query.messagesByRoom", alice, chatRoomId=room, afterSeq=0)
    assert [(item["seq"], item["type"]) for item in outcome.data["items"]] == [(1, "VOID"), (2, "TEXT"), (3, "VOID")]
    assert outcome.data["items"][0] == {
        "id": f"{room}:1",
        "chatRoomId": room,
        "seq": 1,
        "type": "VOID",
        "createdAt": "2030-01-01T00:01:00.000Z",
        "version": 1,
        "revision": 1,
        "reactions": [],
        "replyCount": 0,
        "mentions": [],
        "attachments": [],
        "mentionsRoom": False,
        "flagged": False,
    }
    assert numbers(world.run("Query.messagesByRoom", alice, chatRoomId=room)) == [2]


def test_only_gaps_of_the_page_are_closed(world: World, alice: User, room: str) -> None:
    for _ in range(5):
        break_off(world, alice, room)
    world.wait(61)
    outcome = world.run("Query.messagesByRoom", alice, chatRoomId=room, afterSeq=1, limit=2)
    assert numbers(outcome) == [2, 3]
    assert [row["seq"] for row in world.items("messages")] == [2, 3]
    assert outcome.data["nextToken"] is not None


def test_100_gaps_are_closed_in_one_call(world: World, alice: User, room: str) -> None:
    world.give("rooms", **{**world.items("rooms")[0], "lastSeq": 150, "lastMessageAt": "2029-12-31T00:00:00.000Z"})
    outcome = world.run("Query.messagesByRoom", alice, chatRoomId=room, afterSeq=0, limit=100)
    assert numbers(outcome) == list(range(1, 101))


def test_message_written_while_its_gap_is_being_closed_is_kept(world: World, alice: User, room: str) -> None:
    late = world.start("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "late"})
    for _ in range(3):
        late.step()
    world.wait(61)
    reading = world.start("Query.messagesByRoom", alice, chatRoomId=room, afterSeq=0)
    for _ in range(3):
        reading.step()
    assert late.finish().data["seq"] == 1
    outcome = reading.finish()
    assert [(item["seq"], item["type"]) for item in outcome.data["items"]] == [(1, "TEXT")]


@pytest.mark.parametrize("state", [None, "BANNED", "LEFT", "INVITED"])
def test_only_members_read(world: World, alice: User, bob: User, room: str, state: str | None) -> None:
    send(world, alice, room, "secret")
    if state:
        world.give("memberships", roomId=room, userId="id-bob", displayName="Bob", state=state, readSeq=0)
    outcome = world.run("Query.messagesByRoom", bob, chatRoomId=room)
    assert outcome.error_type == ("Banned" if state == "BANNED" else "Forbidden")
    assert not any(call["dataSource"] == "messages" for call in outcome.calls)


def test_membership_check_is_one_consistent_read(world: World, alice: User, room: str) -> None:
    outcome = world.run("Query.messagesByRoom", alice, chatRoomId=room)
    assert outcome.functions == ["requireMembership", "queryMessagesBefore"]
    assert outcome.calls[0]["request"]["consistentRead"] is True


def test_admins_read_any_existing_room(world: World, alice: User, admin: User, room: str) -> None:
    send(world, alice, room)
    assert numbers(world.run("Query.messagesByRoom", admin, chatRoomId=room)) == [1]
    assert world.run("Query.messagesByRoom", admin, chatRoomId="unknown").error_type == "NotFound"


@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": -5},
        {"beforeSeq": 0},
        {"afterSeq": -1},
        {"beforeSeq": 5, "afterSeq": 1},
        {"nextToken": ""},
        {"nextToken": "nonsense"},
        {"nextToken": "after:1"},
        {"nextToken": "before:x"},
        {"afterSeq": 1, "nextToken": "before:1"},
        {"chatRoomId": "no id"},
    ],
)
def test_messages_by_room_refuses_invalid_arguments(
    world: World, alice: User, room: str, arguments: dict[str, Any]
) -> None:
    outcome = world.run("Query.messagesByRoom", alice, **{"chatRoomId": room, **arguments})
    assert outcome.error_type == "ValidationError"
    assert outcome.calls == []
