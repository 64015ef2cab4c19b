"""Tests that subscriptions end when a member leaves or is removed, unless the user has rejoined meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from lambdas.common.streams import Change
from lambdas.room_events import handler as entry
from lambdas.room_events.subscriptions import end_access, publish_event
from tests.unit.lambdas.records import Context, record
from tests.unit.lambdas.test_system_messages import MemoryChat

if TYPE_CHECKING:
    from lambdas.common.items import Row
    from lambdas.common.system_message import Topic


@dataclass
class MemoryMembers:
    """Memberships in memory."""

    active: set[tuple[str, str]] = field(default_factory=set)

    def is_active(self, room_id: str, user_id: str) -> bool:
        return (room_id, user_id) in self.active


@dataclass
class MemoryAccess:
    """Ended subscriptions in memory."""

    ended: list[tuple[str, str]] = field(default_factory=list)
    is_broken: bool = False

    def end(self, room_id: str, user_id: str) -> None:
        if self.is_broken:
            raise ConnectionError
        self.ended.append((room_id, user_id))


def row(state: str, **more: object) -> Row:
    """Return a membership."""
    return {"roomId": "r", "userId": "bob", "displayName": "Bob", "state": state, **more}


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [
        (row("ACTIVE"), row("LEFT"), True),
        (row("ACTIVE"), row("BANNED"), True),
        (row("ACTIVE"), None, True),
        (row("ACTIVE"), row("ACTIVE", readSeq=3), False),
        (row("INVITED"), row("LEFT"), False),
        (row("LEFT"), row("BANNED"), False),
        (None, row("ACTIVE"), False),
    ],
)
def test_access_ends_with_the_membership(old: Row | None, new: Row | None, ends: bool) -> None:
    access = MemoryAccess()
    end_access(Change("e", "memberships", old, new), MemoryMembers(), access)
    assert access.ended == ([("r", "bob")] if ends else [])


def test_a_user_who_rejoined_before_the_record_was_read_keeps_the_subscription() -> None:
    access = MemoryAccess()
    end_access(Change("e", "memberships", row("ACTIVE"), row("LEFT")), MemoryMembers({("r", "bob")}), access)
    assert access.ended == []


@dataclass
class MemoryRooms:
    """The row of one room, in memory."""

    row: Row = field(default_factory=dict)

    def current(self, room_id: str) -> Row | None:
        return self.row if self.row.get("roomId") == room_id else None

    def forget_event(self, room_id: str, event_id: str) -> None:
        assert self.row["roomId"] == room_id
        if self.row.get("unpublished", {}).get("id") == event_id:
            del self.row["unpublished"]


@dataclass
class MemoryPublisher:
    """Published events in memory."""

    told: list[str] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    signals: list[tuple[Row, bool | None]] = field(default_factory=list)
    """Published events: typing, with whether a member is typing, and presence."""

    def publish(self, row: Row) -> None:
        self.told.append(row["content"])

    def membership_changed(self, room_id: str, user_id: str) -> None:
        self.changed.append((room_id, user_id))

    def typing(self, indicator: Row, *, is_typing: bool) -> None:
        self.signals.append((indicator, is_typing))

    def present(self, presence: Row) -> None:
        self.signals.append((presence, None))


def events(access: MemoryAccess, publisher: MemoryPublisher, chat: MemoryChat, *topics: Topic) -> entry.RoomEvents:
    """Return the function's ports, in memory."""
    return entry.RoomEvents("rooms", frozenset(topics), MemoryMembers(), access, chat, MemoryRooms(), publisher)


def test_the_room_is_notified_after_access_has_ended_and_only_of_enabled_events() -> None:
    access, publisher, chat = MemoryAccess(), MemoryPublisher(), MemoryChat()
    work = events(access, publisher, chat, "left", "renamed")
    work.handle(Change("1", "memberships", None, row("ACTIVE", role="MEMBER")))
    work.handle(Change("2", "memberships", row("ACTIVE"), row("LEFT")))
    by = {"auditId": "1", "actorId": "mo", "actorName": "Mo"}
    work.handle(Change("3", "rooms", {}, {"roomId": "r", "name": "B", "renamedFrom": "A", "renamedBy": by}))
    assert access.ended == [("r", "bob")]
    assert publisher.told == ["Bob left.", 'Mo renamed the room from "A" to "B".']


def test_a_repeated_record_is_published_again_unless_its_message_was_deleted() -> None:
    publisher, chat = MemoryPublisher(), MemoryChat()
    work = events(MemoryAccess(), publisher, chat, "left")
    change = Change("1", "memberships", row("ACTIVE"), row("LEFT"))
    work.handle(change)
    work.handle(change)
    assert publisher.told == ["Bob left.", "Bob left."]
    chat.messages[1] = {**chat.messages[1], "deletedAt": "2030-01-01T00:00:00.000Z"}
    work.handle(change)
    assert (publisher.told, len(chat.messages)) == (["Bob left.", "Bob left."], 1)


def test_a_membership_is_published_if_this_change_stored_its_event() -> None:
    publisher = MemoryPublisher()
    work = events(MemoryAccess(), publisher, MemoryChat())
    event = {"unpublished": {"id": "e1", "kind": "MEMBERSHIP"}}
    work.handle(Change("1", "memberships", row("ACTIVE"), row("ACTIVE", **event)))
    work.handle(Change("2", "memberships", row("ACTIVE", **event), row("ACTIVE", **event, readSeq=9)))
    work.handle(Change("3", "memberships", row("ACTIVE", **event), row("ACTIVE")))
    assert publisher.changed == [("r", "bob")]


ROOM: Row = {"roomId": "r", "lastSeq": 7}
BOB = {"chatRoomId": "r", "userId": "bob"}
BEFORE, NOW, AFTER = (f"2030-01-01T00:00:0{second}.000Z" for second in (0, 1, 2))


def left(event: Row) -> tuple[Change, MemoryRooms]:
    """Return the change by which Bob's call stores an event in the room's row, and the row."""
    row = {**ROOM, "unpublished": {"id": "e1", "userId": "bob", **event}}
    return Change("1", "rooms", ROOM, row), MemoryRooms(dict(row))


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            {"kind": "TYPING_STARTED", "displayName": "Bob", "expiresAt": AFTER},
            ({**BOB, "displayName": "Bob", "expiresAt": AFTER}, True),
        ),
        ({"kind": "TYPING_STARTED", "displayName": "Bob", "expiresAt": NOW}, None),
        (
            {"kind": "TYPING_STOPPED", "displayName": "Bob", "expiresAt": BEFORE},
            ({**BOB, "displayName": "Bob", "expiresAt": BEFORE}, False),
        ),
        (
            {"kind": "PRESENCE", "status": "AWAY", "lastSeenAt": BEFORE, "headSeq": 7},
            ({**BOB, "status": "AWAY", "lastSeenAt": BEFORE, "headSeq": 7}, None),
        ),
    ],
)
def test_an_event_that_was_not_delivered_with_the_response_is_published(
    event: Row, told: tuple[Row, bool | None] | None
) -> None:
    publisher = MemoryPublisher()
    change, rooms = left(event)
    assert publish_event(change, publisher, rooms, NOW) == (told is not None)
    assert publisher.signals == ([] if told is None else [told])
    assert rooms.row == ROOM, "the deletion of an account does not find the room of a user without a membership"


@pytest.mark.parametrize(
    ("later", "is_told"),
    [
        ({}, True),
        ({"lastSeq": 8, "lastMessage": {"authorId": "ann"}}, True),
        ({"lastSeq": 8, "lastMessage": {"authorId": "bob"}}, False),
        ({"lastMessage": {"authorId": "bob"}}, True),
        ({"lastSeq": 8}, True),
    ],
    ids=["nothing", "another's message", "the message itself", "a message before", "a message that is gone"],
)
def test_typing_is_not_published_after_the_message(later: Row, is_told: bool) -> None:
    publisher = MemoryPublisher()
    change, rooms = left({"kind": "TYPING_STARTED", "displayName": "Bob", "expiresAt": AFTER})
    rooms.row |= later
    assert publish_event(change, publisher, rooms, NOW) == is_told
    assert len(publisher.signals) == is_told


def test_a_newer_stored_event_is_kept_after_the_publication() -> None:
    change, rooms = left({"kind": "PRESENCE", "status": "AWAY", "lastSeenAt": BEFORE, "headSeq": 7})
    newer = {"id": "e2", "userId": "ann", "kind": "TYPING_STARTED"}
    rooms.row["unpublished"] = newer
    assert publish_event(change, MemoryPublisher(), rooms, NOW)
    assert rooms.row["unpublished"] == newer


def test_a_room_event_of_an_unknown_kind_is_left_for_a_newer_function() -> None:
    event = {"unpublished": {"id": "e1", "kind": "NEWER"}}
    with pytest.raises(ValueError, match="unknown kind of event: NEWER"):
        publish_event(Change("1", "memberships", None, row("ACTIVE", **event)), MemoryPublisher(), MemoryRooms(), NOW)


def test_a_subscription_that_could_not_be_ended_is_a_failed_record(monkeypatch: pytest.MonkeyPatch) -> None:
    work = events(MemoryAccess(is_broken=True), MemoryPublisher(), MemoryChat())
    monkeypatch.setattr(entry, "_room_events", lambda: work)
    left = record("2", "chat-memberships-test", old=row("ACTIVE"), new=row("LEFT"))
    stays = record("1", "chat-memberships-test", old=row("ACTIVE"), new=row("ACTIVE"))
    also_stays = record("3", "chat-memberships-test", old=row("ACTIVE"), new=row("ACTIVE"))
    answer = entry.handler({"Records": [stays, left, also_stays]}, Context())
    failures = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    assert failures == ["2", "3"], "what is behind it waits, so that rooms are told things in their order"
