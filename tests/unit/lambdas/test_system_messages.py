"""Tests of system messages: rules, texts, and exactly-once sending in all interleavings of deliveries and crashes."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from contract.limits import LIMITS
from lambdas.common.streams import Change
from lambdas.common.system_message import SystemMessage, published
from lambdas.room_events.sending import Position, PositionLostError, send
from lambdas.room_events.system_message_rules import membership_message, room_message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdas.common.items import Row

NOW = datetime(2030, 1, 1, tzinfo=UTC)
VOID = {"type": "VOID"}
ACT = {"auditId": "a", "action": "MEMBER_REMOVED", "actorId": "mo", "actorName": "Mo"}


def member(state: str, **more: object) -> Row:
    """Return a membership."""
    return {"roomId": "r", "userId": "bob", "displayName": "Bob", "role": "MEMBER", "state": state, **more}


def of_membership(old: Row | None, new: Row | None) -> SystemMessage | None:
    """Return the system messages of a changed membership."""
    return membership_message(Change("event", "memberships", old, new))


def joined(event_id: str = "event") -> SystemMessage:
    """Return a message about a member who joined."""
    return SystemMessage(room_id="r", event_id=event_id, kind="MEMBER_JOINED", user_id="bob", user_name="Bob")


@pytest.mark.parametrize(
    ("old", "new", "content"),
    [
        (None, member("ACTIVE"), "Bob joined."),
        (member("INVITED"), member("ACTIVE"), "Bob joined."),
        (member("LEFT"), member("ACTIVE"), "Bob joined."),
        (member("ACTIVE"), member("LEFT"), "Bob left."),
        (member("ACTIVE", lastAct=ACT), member("LEFT", lastAct=ACT), "Bob left."),
        (member("ACTIVE"), member("LEFT", lastAct=ACT), "Mo removed Bob."),
        (member("ACTIVE"), member("BANNED", lastAct=ACT), "Mo removed Bob."),
        (member("ACTIVE"), None, "Bob left."),
        (None, member("ACTIVE", role="OWNER"), None),
        (None, member("INVITED"), None),
        (member("INVITED"), member("LEFT"), None),
        (member("LEFT"), member("BANNED", lastAct=ACT), None),
        (member("ACTIVE"), member("ACTIVE", readSeq=3), None),
        (member("ACTIVE"), member("ACTIVE", lastAct=ACT), None),
        (None, member("ACTIVE", roomId="direct:a:b"), None),
    ],
)
def test_a_room_gets_messages_about_joining_and_leaving_members(
    old: Row | None, new: Row | None, content: str | None
) -> None:
    message = of_membership(old, new)
    assert (message and message.content) == content


@pytest.mark.parametrize(
    ("old", "new", "content"),
    [
        ({}, {"renamedFrom": "A", "renamedBy": {"auditId": "1"}}, 'Mo renamed the room from "A" to "B".'),
        ({}, {"renamedFrom": "B", "renamedBy": {"auditId": "1"}}, None),
        ({"renamedBy": {"auditId": "1"}}, {"renamedFrom": "A", "renamedBy": {"auditId": "1"}}, None),
        ({"renamedBy": {"auditId": "1"}}, {"renamedFrom": "A", "renamedBy": {"auditId": "2"}}, "Mo renamed"),
        ({"renamedFrom": "A", "renamedBy": {"auditId": "1"}}, {}, None),
    ],
)
def test_a_room_gets_a_message_about_its_new_name(old: Row, new: Row, content: str | None) -> None:
    by = {"actorId": "mo", "actorName": "Mo"}

    def room(row: Row) -> Row:
        return {
            "roomId": "r",
            "name": "B",
            **{name: value | by if name == "renamedBy" else value for name, value in row.items()},
        }

    message = room_message(Change("event", "rooms", room(old), room(new)))
    assert (message is None) == (content is None)
    assert message is None or message.content.startswith(content or "")


def test_clients_get_the_values_that_exist() -> None:
    removed = of_membership(member("ACTIVE"), member("LEFT", lastAct=ACT))
    assert removed is not None
    assert removed.values == {
        "kind": "MEMBER_REMOVED",
        "userId": "bob",
        "userName": "Bob",
        "actorId": "mo",
        "actorName": "Mo",
    }
    row = removed.row(7, NOW, expires_at=None)
    assert "expiresAt" not in row
    assert published(row) == {
        "chatRoomId": "r",
        "seq": 7,
        "content": "Mo removed Bob.",
        "authorId": "bob",
        "authorName": "Bob",
        "clientMessageId": "event",
        "createdAt": "2030-01-01T00:00:00.000Z",
        "systemEvent": removed.values,
    }


def test_the_preview_is_shortened_as_others_are() -> None:
    renamed = SystemMessage(
        room_id="r",
        event_id="e",
        kind="ROOM_RENAMED",
        user_id="a",
        user_name="A",
        name="b" * 80,
        previous_name="c" * 80,
    )
    assert renamed.preview(NOW)["content"] == renamed.content[: LIMITS["previewLength"]]


@dataclass
class MemoryChat:
    """A room, idempotency records and messages in memory; a condition can be omitted, to test the test."""

    last_seq: int = 0
    expires_at: int | None = None
    is_closed: bool = False
    markers: dict[str, Position] = field(default_factory=dict)
    messages: dict[int, Row] = field(default_factory=dict)
    without_condition: str | None = None

    def copy(self) -> MemoryChat:
        return replace(self, markers=dict(self.markers), messages=dict(self.messages))

    def copies(self, event_id: str) -> list[Row]:
        """Return the messages of one event."""
        return [row for row in self.messages.values() if row.get("clientMessageId") == event_id]

    def marked(self, message: SystemMessage) -> Position | None:
        return self.markers.get(message.event_id)

    def advance(self, message: SystemMessage, now: datetime) -> Position | None:  # noqa: ARG002 - the port's
        if self.is_closed:
            return None
        self.last_seq += 1
        return Position(self.last_seq, self.expires_at)

    def mark(self, message: SystemMessage, place: Position, now: datetime) -> Position:  # noqa: ARG002 - the port's
        if self.without_condition == "mark":
            self.markers[message.event_id] = place
        return self.markers.setdefault(message.event_id, place)

    def put(self, message: SystemMessage, place: Position, now: datetime) -> Row:
        row = message.row(place.seq, now, place.expires_at)
        if self.without_condition == "put":
            self.messages[place.seq] = row
        return self.messages.setdefault(place.seq, row)

    def move(self, message: SystemMessage, closed: int, place: Position) -> Position:
        if self.markers[message.event_id].seq == closed or self.without_condition == "move":
            self.markers[message.event_id] = place
        return self.markers[message.event_id]


class StepDoneError(Exception):
    """Raised after a delivery has made one more step."""


class OneStepMore:
    """Replays the results of a delivery's previous steps, then executes one step and stops the delivery."""

    def __init__(self, chat: MemoryChat, answers: list[Any]) -> None:
        self._chat = chat
        self._answers = answers
        self._before = iter(tuple(answers))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any method of the port
        def step(*arguments: Any) -> Any:  # noqa: ANN401
            for answer in self._before:
                return answer
            self._answers.append(getattr(self._chat, name)(*arguments))
            raise StepDoneError

        return step


@dataclass
class Delivery:
    """One delivery of a record: its steps so far and its result. A delivery without further steps has crashed."""

    event_id: str
    answers: list[Any] = field(default_factory=list)
    outcome: Any = None

    def step(self, chat: MemoryChat) -> None:
        """Execute the next step."""
        with suppress(StepDoneError):
            self.outcome = send(joined(self.event_id), OneStepMore(chat, self.answers), NOW)

    def copy(self) -> Delivery:
        return replace(self, answers=list(self.answers))


@dataclass
class World:
    """Everything that can differ between two states."""

    chat: MemoryChat
    deliveries: list[Delivery]
    voids: int

    @property
    def key(self) -> str:
        return json.dumps([vars(self.chat), [vars(each) for each in self.deliveries], self.voids], default=vars_of)

    def copy(self) -> World:
        return World(self.chat.copy(), [each.copy() for each in self.deliveries], self.voids)

    def successors(self) -> Iterator[World]:
        """Yield the possible next states: a step of a delivery, or a closed sequence number."""
        for index, delivery in enumerate(self.deliveries):
            if delivery.outcome is None:
                following = self.copy()
                following.deliveries[index].step(following.chat)
                yield following
        for seq in range(1, self.chat.last_seq + 1):
            if self.voids and seq not in self.chat.messages:
                following = self.copy()
                following.chat.messages[seq] = VOID
                following.voids -= 1
                yield following

    def problem(self) -> str | None:
        """Return the violation in this state, as if all deliveries had crashed here."""
        for event_id in {each.event_id for each in self.deliveries}:
            before, chat = self.chat.copies(event_id), self.chat.copy()
            if len(before) > 1:
                return "two copies"
            send(joined(event_id), chat, NOW)
            if len(chat.copies(event_id)) != 1 or chat.copies(event_id)[: len(before)] != before:
                return "a repeated delivery changes it"
        for each in self.deliveries:
            if each.outcome is not None and self.chat.copies(each.event_id) != [each.outcome]:
                return "what was answered is not there"
        return None

    def changed(self, following: World) -> str | None:
        """Return whether a row that a client may have read differs in the next state."""
        now = following.chat.messages
        return "a row changed" if any(now[seq] != row for seq, row in self.chat.messages.items()) else None


def vars_of(value: object) -> object:
    return {name: getattr(value, name) for name in ("seq", "expires_at")}


def explore(events: list[str], voids: int, without_condition: str | None = None) -> tuple[int, str | None]:
    """Visit every reachable state; return their number and the first violation."""
    pending = [World(MemoryChat(without_condition=without_condition), [Delivery(event) for event in events], voids)]
    seen = {pending[0].key}
    while pending:
        world = pending.pop()
        for following in world.successors():
            problem = world.changed(following) or following.problem()
            if problem:
                return len(seen), problem
            if following.key not in seen:
                seen.add(following.key)
                pending.append(following)
    return len(seen), None


@pytest.mark.parametrize(("events", "voids", "at_least"), [(["a"], 2, 10), (["a", "a"], 2, 1), (["a", "b"], 1, 1)])
def test_every_interleaving_of_deliveries_sends_exactly_one_message(
    events: list[str], voids: int, at_least: int
) -> None:
    states, problem = explore(events, voids)
    assert problem is None
    assert states >= at_least


@pytest.mark.parametrize("condition", ["mark", "put", "move"])
def test_the_exploration_detects_a_missing_condition(condition: str) -> None:
    assert explore(["a", "a"], 2, without_condition=condition)[1] is not None


def test_a_room_without_system_messages_gets_none() -> None:
    chat = MemoryChat(is_closed=True)
    assert send(joined(), chat, NOW) is None
    assert (chat.last_seq, chat.markers, chat.messages) == (0, {}, {})


def test_an_expired_message_is_not_written_again() -> None:
    chat = MemoryChat(markers={"event": Position(1, int(NOW.timestamp()))})
    assert send(joined(), chat, NOW) is None
    assert chat.messages == {}


def test_the_sequence_number_of_another_message_is_never_used() -> None:
    chat = MemoryChat(markers={"event": Position(1)}, messages={1: {"type": "TEXT", "clientMessageId": "x"}})
    with pytest.raises(PositionLostError):
        send(joined(), chat, NOW)
    assert chat.messages == {1: {"type": "TEXT", "clientMessageId": "x"}}
