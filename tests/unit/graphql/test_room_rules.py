"""Tests of room settings (slow mode, history visibility, retention) and of the word filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.graphql.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.graphql.world import Outcome, User

DAY = 86400


def send(world: World, user: User, room: str, content: str = "hello", **values: object) -> Outcome:
    return world.run("Mutation.createMessage", user, input={"chatRoomId": room, "content": content, **values})


def set_room(world: World, **attributes: object) -> None:
    (row,) = world.items("rooms")
    world.give("rooms", **{**row, **attributes})


def gap(world: World, user: User, room: str, after: int = 0, **page: object) -> Outcome:
    return world.run("Query.messagesByRoom", user, chatRoomId=room, afterSeq=after, **page)


def numbers(outcome: Outcome) -> list[int]:
    return [item["seq"] for item in outcome.data["items"]]


@pytest.fixture
def slow_room(world: World, bob: User, room: str) -> str:
    """Alice's room with bob as a member and 30 seconds of slow mode."""
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    set_room(world, slowModeSeconds=30)
    return room


def test_slow_mode_limits_members(world: World, bob: User, slow_room: str) -> None:
    first = send(world, bob, slow_room)
    assert first.data["seq"] == 1
    assert first.functions == ["readSender", "acquireSendSlot", "advanceRoom", "putIdempotencyRecord", "putMessage"]
    assert (first.write_units, first.read_units) == (4, 2)
    world.wait(29)
    refused = send(world, bob, slow_room)
    assert refused.error_type == "RateLimited"
    assert refused.error_info == {"nextSendAt": "2030-01-01T00:00:30.000Z"}
    assert world.items("rooms")[0]["lastSeq"] == 1
    world.wait(1)
    assert send(world, bob, slow_room).data["seq"] == 2


def test_slow_mode_ignores_times_after_the_clock_was_set_back(world: World, bob: User, slow_room: str) -> None:
    world.wait(3600)
    assert send(world, bob, slow_room).data["seq"] == 1
    world.wait(-60)
    assert send(world, bob, slow_room).error_type == "RateLimited", "no more than another clock may be away"
    world.wait(-3540)
    assert send(world, bob, slow_room).data["seq"] == 2
    refused = send(world, bob, slow_room)
    assert refused.error_info == {"nextSendAt": "2030-01-01T00:00:30.000Z"}


def test_slow_mode_does_not_apply_to_moderators(world: World, alice: User, admin: User, slow_room: str) -> None:
    for user in (alice, admin, alice, admin):
        outcome = send(world, user, slow_room)
        assert (outcome.error_type, outcome.write_units) == (None, 3)


def test_repeated_call_in_slow_mode_returns_the_first_message(world: World, bob: User, slow_room: str) -> None:
    first = send(world, bob, slow_room, clientMessageId="c")
    assert send(world, bob, slow_room, clientMessageId="c").data == first.data
    assert len(world.items("messages")) == 1


@pytest.mark.parametrize("steps", [2, 3, 4, 5])
def test_repeated_call_after_a_crash_in_slow_mode_creates_one_message(
    world: World, bob: User, slow_room: str, steps: int
) -> None:
    values = {"chatRoomId": slow_room, "content": "x", "clientMessageId": "c"}
    crashed = world.start("Mutation.createMessage", bob, input=values)
    for _ in range(steps):
        crashed.step()
    answer = world.run("Mutation.createMessage", bob, input=values).data
    assert [row["seq"] for row in world.items("messages")] == [answer["seq"]]


def test_number_closed_in_slow_mode_is_replaced(world: World, bob: User, slow_room: str) -> None:
    values = {"chatRoomId": slow_room, "content": "x", "clientMessageId": "c"}
    crashed = world.start("Mutation.createMessage", bob, input=values)
    for _ in range(4):
        crashed.step()
    world.wait(61)
    assert numbers(gap(world, bob, slow_room)) == [1]
    assert world.run("Mutation.createMessage", bob, input=values).data["seq"] == 2


def test_frozen_rooms_do_not_use_up_the_send_slot(world: World, bob: User, slow_room: str) -> None:
    set_room(world, frozen=True)
    assert send(world, bob, slow_room).error_type == "RoomFrozen"
    set_room(world, frozen=False)
    assert send(world, bob, slow_room).data["seq"] == 1


@pytest.fixture
def limited_world() -> Iterator[World]:
    """A backend that allows 3 messages per minute, with its clock 10 seconds into a minute."""
    world = World(messages_per_minute=3)
    world.wait(10)
    yield world
    world.close()


def test_environment_limit_applies_per_user_and_room(limited_world: World, alice: User, bob: User) -> None:
    world = limited_world
    first, second = (world.run("Mutation.createChatRoom", alice, input={"name": "Room"}).data["id"] for _ in range(2))
    world.run("Mutation.joinChatRoom", bob, chatRoomId=first)
    costs = [(sent.write_units, sent.read_units) for sent in (send(world, alice, first) for _ in range(3))]
    assert costs == [(4, 2)] * 3
    refused = send(world, alice, first)
    assert (refused.error_type, refused.write_units) == ("RateLimited", 1)
    assert refused.error_info == {"nextSendAt": "2030-01-01T00:01:00.000Z"}
    assert send(world, alice, second).data["seq"] == 1
    assert send(world, bob, first).data["seq"] == 4
    world.wait(50)
    assert [send(world, alice, first).error_type for _ in range(4)] == [None, None, None, "RateLimited"]


def test_repeating_a_message_is_not_counted(limited_world: World, alice: User) -> None:
    world = limited_world
    room = world.run("Mutation.createChatRoom", alice, input={"name": "Room"}).data["id"]
    first = send(world, alice, room, clientMessageId="c")
    assert [send(world, alice, room, clientMessageId="c").data for _ in range(5)] == [first.data] * 5
    send(world, alice, room)
    crashed = world.start(
        "Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x", "clientMessageId": "d"}
    )
    crashed.step()
    crashed.step()
    assert send(world, alice, room).error_type == "RateLimited"
    assert send(world, alice, room, clientMessageId="d").data["seq"] == 3


def test_slow_mode_and_limit_together_cost_one_write(limited_world: World, alice: User, bob: User) -> None:
    world = limited_world
    room = world.run("Mutation.createChatRoom", alice, input={"name": "Room"}).data["id"]
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    set_room(world, slowModeSeconds=5)
    assert send(world, bob, room).write_units == 4
    refused = send(world, bob, room)
    assert refused.error_info == {"nextSendAt": "2030-01-01T00:00:30.000Z"}
    assert [send(world, alice, room).error_type for _ in range(4)] == [None, None, None, "RateLimited"]


@pytest.mark.parametrize("content", ["oh HECK", "what the hecker", "darn\n  it", "DARN it", "\uff28\uff25\uff23\uff2b"])
def test_filtered_words_are_refused(world: World, alice: User, room: str, content: str) -> None:
    outcome = send(world, alice, room, content)
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])
    message = send(world, alice, room).data["id"]
    edited = world.run("Mutation.updateMessage", alice, input={"id": message, "content": content})
    assert (edited.error_type, edited.calls) == ("ValidationError", [])


def test_fail_open_filter_marks_the_message(alice: User) -> None:
    world = World(word_filter_mode="fail_open")
    try:
        room = world.run("Mutation.createChatRoom", alice, input={"name": "Room"}).data["id"]
        sent = send(world, alice, room, "what the heck").data
        assert (sent["flagged"], sent["content"]) == (True, "what the heck")
        edited = world.run("Mutation.updateMessage", alice, input={"id": sent["id"], "content": "what on earth"})
        assert edited.data["flagged"] is False
        again = world.run("Mutation.updateMessage", alice, input={"id": sent["id"], "content": "Heck"})
        assert again.data["flagged"] is True
    finally:
        world.close()


def test_other_words_are_not_filtered(world: World, alice: User, room: str) -> None:
    assert send(world, alice, room, "darn, it is he").data["flagged"] is False


def test_hidden_history_is_not_returned(world: World, alice: User, bob: User, room: str) -> None:
    for _ in range(4):
        send(world, alice, room)
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    root = f"{room}:4"
    send(world, alice, room, replyToId=root)
    send(world, alice, room)
    assert numbers(world.run("Query.messagesByRoom", bob, chatRoomId=room)) == [6, 5, 4, 3, 2, 1]
    set_room(world, historyVisibility="FROM_JOIN")
    for page in ({}, {"limit": 3}, {"limit": 100}):
        outcome = world.run("Query.messagesByRoom", bob, chatRoomId=room, **page)
        assert (numbers(outcome), outcome.data["nextToken"]) == ([6, 5], None)
    assert numbers(world.run("Query.messagesByRoom", bob, chatRoomId=room, beforeSeq=5)) == []
    filled = gap(world, bob, room)
    assert (numbers(filled), filled.data["settledSeq"]) == ([5, 6], 6)
    paged = gap(world, bob, room, limit=3)
    assert (numbers(paged), paged.data["settledSeq"]) == ([], 3)
    assert numbers(gap(world, bob, room, limit=3, nextToken=paged.data["nextToken"])) == [5, 6]
    assert send(world, bob, room, replyToId=f"{room}:3").error_type == "NotFound"
    assert send(world, bob, room, replyToId=f"{room}:5").error_type is None
    assert numbers(world.run("Query.messagesByRoom", alice, chatRoomId=room, beforeSeq=6)) == [5, 4, 3, 2, 1]
    assert numbers(world.run("Query.repliesByMessage", bob, messageId=root)) == [5, 7]


def test_hidden_history_costs_nothing_for_earlier_members(world: World, alice: User, room: str) -> None:
    send(world, alice, room)
    outcome = world.run("Query.messagesByRoom", alice, chatRoomId=room)
    assert outcome.functions == ["requireMembership", "queryMessagesBefore"]


def test_messages_expire_after_the_rooms_retention(world: World, alice: User, room: str) -> None:
    send(world, alice, room, "kept")
    set_room(world, retentionDays=2)
    send(world, alice, room, "first", clientMessageId="c")
    assert [row.get("expiresAt") for row in world.items("messages")] == [None, 1893456000 + 2 * DAY]
    world.wait(DAY)
    send(world, alice, room, "second")
    world.wait(DAY - 1)
    assert numbers(world.run("Query.messagesByRoom", alice, chatRoomId=room)) == [3, 2, 1]
    world.wait(1)
    assert numbers(world.run("Query.messagesByRoom", alice, chatRoomId=room)) == [3, 1]
    assert numbers(gap(world, alice, room)) == [1, 3]
    assert send(world, alice, room, "first", clientMessageId="c").error_type == "NotFound"


@pytest.mark.parametrize(("own", "everywhere", "days"), [(None, 3, 3), (2, 3, 2), (5, 3, 3)])
def test_messages_expire_after_the_shorter_retention(own: int | None, everywhere: int, days: int, alice: User) -> None:
    world = World(retention_days=everywhere)
    try:
        room = world.run("Mutation.createChatRoom", alice, input={"name": "Brief", "retentionDays": own}).data
        assert room["retentionDays"] == days
        send(world, alice, room["id"])
        assert world.items("messages")[0]["expiresAt"] == 1893456000 + days * DAY
        world.wait(days * DAY)
        (entry,) = world.run("Query.myChatRooms", alice).data["items"]
        assert entry["lastMessage"]["content"] is None
    finally:
        world.close()


def test_message_of_an_interrupted_sender_expires(world: World, alice: User, room: str) -> None:
    set_room(world, retentionDays=2)
    values = {"chatRoomId": room, "content": "x", "clientMessageId": "c"}
    crashed = world.start("Mutation.createMessage", alice, input=values)
    for _ in range(3):
        crashed.step()
    world.wait(60)
    world.run("Mutation.createMessage", alice, input=values)
    assert world.items("messages")[0]["expiresAt"] == 1893456000 + 2 * DAY


def test_preview_of_an_expired_message_shows_no_content(world: World, alice: User, room: str) -> None:
    set_room(world, retentionDays=2)
    send(world, alice, room, "soon gone")
    (entry,) = world.run("Query.myChatRooms", alice).data["items"]
    assert entry["lastMessage"]["content"] == "soon gone"
    world.wait(2 * DAY)
    (entry,) = world.run("Query.myChatRooms", alice).data["items"]
    assert (entry["lastMessage"]["content"], entry["lastMessage"]["seq"]) == (None, 1)


def test_expired_messages_are_not_closed_as_gaps(world: World, alice: User, room: str) -> None:
    set_room(world, retentionDays=2)
    for _ in range(5):
        send(world, alice, room)
    world.wait(2 * DAY)
    send(world, alice, room)
    world.wait(120)
    for seq in (1, 2, 4, 5):
        world.take("messages", roomId=room, seq=seq)
    outcome = gap(world, alice, room)
    assert (numbers(outcome), outcome.data["settledSeq"], outcome.write_units) == ([6], 6, 0)
    assert [row["seq"] for row in world.items("messages")] == [3, 6]


def test_room_with_only_expired_messages_is_settled(world: World, alice: User, room: str) -> None:
    set_room(world, retentionDays=2, lastSeq=500, lastMessageAt="2029-12-01T00:00:00.000Z")
    outcome = gap(world, alice, room, limit=50)
    assert (numbers(outcome), outcome.data["settledSeq"], outcome.write_units) == ([], 500, 0)


def test_gap_between_unexpired_messages_is_closed(world: World, alice: User, room: str) -> None:
    set_room(world, retentionDays=2)
    send(world, alice, room)
    broken = world.start("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "lost"})
    broken.step()
    broken.step()
    send(world, alice, room)
    early = gap(world, alice, room)
    assert (numbers(early), early.data["settledSeq"]) == ([1, 3], 1)
    world.wait(61)
    late = gap(world, alice, room)
    assert [(item["seq"], item["type"]) for item in late.data["items"]] == [(1, "TEXT"), (2, "VOID"), (3, "TEXT")]
    assert late.data["settledSeq"] == 3


def test_page_is_settled_up_to_the_first_open_gap(world: World, alice: User, room: str) -> None:
    for number in range(6):
        sending = world.start("Mutation.createMessage", alice, input={"chatRoomId": room, "content": "x"})
        for _ in range(2 if number in {2, 5} else 4):
            sending.step()
    assert gap(world, alice, room).data["settledSeq"] == 2
    assert gap(world, alice, room, 3).data["settledSeq"] == 5
    assert gap(world, alice, room, 5).data["settledSeq"] == 5
    assert gap(world, alice, room, limit=1).data["settledSeq"] == 1
    world.wait(61)
    assert gap(world, alice, room).data["settledSeq"] == 6
    assert "settledSeq" not in world.run("Query.messagesByRoom", alice, chatRoomId=room).data
