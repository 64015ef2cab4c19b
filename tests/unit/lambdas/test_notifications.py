"""Tests of notifications: recipients, exactly-once delivery, and valid input of the API."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contract.formats import PATTERNS
from lambdas.common.streams import Change
from lambdas.common.ulids import ulid_of, ulid_time
from lambdas.notifications import handler as entry
from lambdas.notifications.delivery import Notification, deliver_all
from lambdas.notifications.logic import membership_notifications, message_notifications
from tests.unit.lambdas.records import Context, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdas.common.items import Row

NOW = datetime(2030, 1, 1, tzinfo=UTC)
SENT_AT = "2030-01-01T00:00:00.000Z"
ULID = "01HZZZZZZZ0123456789ABCDEF"
GRAPHQL = Path(__file__).parents[3] / "graphql"


@dataclass
class MemoryChat:
    """Rooms, members and messages in memory."""

    rooms: dict[str, Row] = field(default_factory=lambda: {"r": {"roomId": "r", "name": "Room"}})
    members: dict[tuple[str, str], Row] = field(default_factory=dict)
    messages: dict[tuple[str, int], Row] = field(default_factory=dict)
    mentions: list[tuple[str, str, int]] = field(default_factory=list)

    def add(self, *user_ids: str, room_id: str = "r", **more: object) -> MemoryChat:
        for user_id in user_ids:
            row = {"roomId": room_id, "userId": user_id, "state": "ACTIVE", "displayName": user_id.title(), **more}
            self.members[room_id, user_id] = row
        return self

    def room(self, room_id: str) -> Row | None:
        return self.rooms.get(room_id)

    def memberships(self, room_id: str, user_ids: Iterable[str]) -> list[Row]:
        keys = [(room_id, user_id) for user_id in sorted(user_ids)]
        return [self.members[key] for key in keys if key in self.members]

    def all_memberships(self, room_id: str) -> list[Row]:
        return [row for (room, _), row in sorted(self.members.items()) if room == room_id]

    def message(self, room_id: str, seq: int) -> Row | None:
        return self.messages.get((room_id, seq))

    def count_mention(self, room_id: str, user_id: str, seq: int) -> None:
        self.mentions.append((room_id, user_id, seq))


@dataclass
class MemoryInbox:
    """Notifications in memory."""

    rows: dict[tuple[str, str], Notification] = field(default_factory=dict)

    def add(self, notification: Notification) -> bool:
        key = notification.user_id, notification.notification_id
        return self.rows.setdefault(key, notification) is notification

    def withdraw(self, notification: Notification) -> None:
        del self.rows[notification.user_id, notification.notification_id]


@dataclass
class MemoryPublisher:
    """Subscribers in memory."""

    published: list[Notification] = field(default_factory=list)
    is_broken: bool = False

    def publish(self, notification: Notification) -> None:
        if self.is_broken:
            raise ConnectionError
        self.published.append(notification)


def sent(author: str = "alice", *, room_id: str = "r", **more: object) -> Row:
    """Return a message as it is stored."""
    return {
        "roomId": room_id,
        "seq": 7,
        "type": "TEXT",
        "content": "Hello",
        "authorId": author,
        "authorName": author.title(),
        "createdAt": SENT_AT,
        **more,
    }


def of_message(new: Row | None, chat: MemoryChat, old: Row | None = None) -> dict[str, Notification]:
    """Return the notifications of a message's change, by user."""
    found = list(message_notifications(Change("e", "messages", old, new), chat, NOW))
    assert len({notification.user_id for notification in found}) == len(found)
    return {notification.user_id: notification for notification in found}


def of_membership(new: Row | None, old: Row | None = None) -> list[Notification]:
    """Return the notifications of a membership's change."""
    chat = MemoryChat().add("alice", "bob")
    return list(membership_notifications(Change("e", "memberships", old, new), chat))


def test_mentioned_members_are_notified_and_counted_but_not_the_author() -> None:
    chat = MemoryChat().add("alice", "bob", "carol")
    found = of_message(sent(mentions=["bob", "alice"]), chat)
    assert set(found) == {"bob"}
    assert found["bob"].row == {
        "userId": "bob",
        "notificationId": found["bob"].notification_id,
        "unreadId": found["bob"].notification_id,
        "type": "MENTION",
        "roomId": "r",
        "chatRoomName": "Room",
        "messageId": "r:7",
        "actorId": "alice",
        "actorName": "Alice",
        "preview": "Hello",
        "action": None,
        "reason": None,
        "createdAt": SENT_AT,
        "expiresAt": int(NOW.timestamp()) + 90 * 24 * 3600,
    }
    assert chat.mentions == [("r", "bob", 7)]


def test_a_mention_of_the_room_notifies_every_active_member() -> None:
    chat = MemoryChat().add("alice", "bob", "carol").add("dave", state="LEFT")
    assert set(of_message(sent(mentionsRoom=True), chat)) == {"bob", "carol"}


def test_a_reply_notifies_the_author_of_its_parent() -> None:
    chat = MemoryChat(messages={("r", 3): sent("bob", seq=3)}).add("alice", "bob")
    assert of_message(sent(replyToId="r:3"), chat)["bob"].type == "REPLY"
    assert of_message(sent("bob", replyToId="r:3"), chat) == {}
    assert chat.mentions == []


def test_a_user_mentioned_in_a_reply_gets_only_the_mention() -> None:
    chat = MemoryChat(messages={("r", 3): sent("bob", seq=3)}).add("alice", "bob")
    assert of_message(sent(replyToId="r:3", mentions=["bob"]), chat)["bob"].type == "MENTION"


def test_a_direct_message_notifies_the_other_member_without_a_room_name() -> None:
    room_id = "direct:alice:bob"
    chat = MemoryChat(rooms={room_id: {"roomId": room_id, "name": "x"}}).add("alice", "bob", room_id=room_id)
    found = of_message(sent(room_id=room_id), chat)
    assert set(found) == {"bob"}
    assert (found["bob"].type, found["bob"].room_name, found["bob"].message_id) == (
        "DIRECT_MESSAGE",
        None,
        f"{room_id}:7",
    )


@pytest.mark.parametrize("kind", ["SYSTEM", "VOID"])
def test_system_messages_notify_nobody(kind: str) -> None:
    assert of_message(sent(type=kind, mentions=["bob"]), MemoryChat().add("alice", "bob")) == {}


def test_an_edit_notifies_newly_mentioned_members_only() -> None:
    chat = MemoryChat(messages={("r", 3): sent("dave", seq=3)}).add("alice", "bob", "carol", "dave")
    before = sent(mentions=["bob"], replyToId="r:3")
    after = {**before, "mentions": ["bob", "carol"], "editedAt": "2030-01-01T00:01:00.000Z"}
    assert set(of_message(after, chat, before)) == {"carol"}
    assert of_message({**before, "reactions": ["x"]}, chat, before) == {}


def test_an_author_is_notified_of_a_deletion_by_somebody_else() -> None:
    chat = MemoryChat().add("alice", "bob")
    tombstone = {**sent(), "deletedAt": SENT_AT, "deletedBy": "bob"}
    del tombstone["content"]
    found = of_message(tombstone, chat, sent())
    assert (found["alice"].type, found["alice"].action, found["alice"].preview) == (
        "MODERATION",
        "MESSAGE_DELETED",
        None,
    )
    assert of_message({**tombstone, "deletedBy": "alice"}, chat, sent()) == {}
    assert of_message(tombstone, chat, tombstone) == {}


@pytest.mark.parametrize(
    ("membership", "mention", "reply"),
    [
        ({}, True, True),
        ({"notificationLevel": "ALL"}, True, True),
        ({"notificationLevel": "MENTIONS"}, True, False),
        ({"notificationLevel": "NONE"}, False, False),
        ({"notificationsMutedUntil": "2030-01-01T00:00:01.000Z"}, False, False),
        ({"notificationsMutedUntil": "2029-12-31T23:59:59.000Z"}, True, True),
        ({"state": "LEFT"}, False, False),
    ],
)
def test_members_get_notifications_by_their_preferences(membership: Row, mention: bool, reply: bool) -> None:
    chat = MemoryChat(messages={("r", 3): sent("bob", seq=3)}).add("alice").add("bob", **membership)
    assert bool(of_message(sent(mentions=["bob"]), chat)) == mention
    assert bool(of_message(sent(replyToId="r:3"), chat)) == reply


def test_an_invitation_names_the_inviter_and_a_repeated_one_notifies_again() -> None:
    invited = {"roomId": "r", "userId": "carol", "state": "INVITED", "invitedBy": "alice", "invitedAt": SENT_AT}
    (first,) = of_membership(invited)
    assert (first.type, first.user_id, first.actor_name, first.room_name) == ("INVITATION", "carol", "Alice", "Room")
    assert of_membership(invited, invited) == []
    (second,) = of_membership({**invited, "invitedAt": "2030-01-02T00:00:00.000Z"}, invited)
    assert second.notification_id > first.notification_id


def test_a_moderation_action_notifies_its_target_and_not_its_actor() -> None:
    act = {"auditId": ULID, "action": "MEMBER_BANNED", "actorId": "alice", "actorName": "Alice", "reason": "spam"}
    banned = {"roomId": "r", "userId": "bob", "state": "BANNED", "lastAct": act}
    (found,) = of_membership(banned, {**banned, "state": "ACTIVE", "lastAct": None})
    assert (found.notification_id, found.action, found.reason, found.created_at) == (
        ULID,
        "MEMBER_BANNED",
        "spam",
        ulid_time(ULID),
    )
    assert of_membership({**banned, "readSeq": 9}, banned) == []
    assert of_membership({**banned, "userId": "alice"}, None) == []
    assert of_membership(None, banned) == []


def test_ids_are_deterministic_and_sort_by_time() -> None:
    first = ulid_of(SENT_AT, "message", "r:7", "bob")
    assert first == ulid_of(SENT_AT, "message", "r:7", "bob")
    assert first != ulid_of(SENT_AT, "message", "r:7", "carol")
    assert first < ulid_of("2030-01-01T00:00:00.001Z", "message", "r:7", "bob")
    assert ulid_time(first) == SENT_AT
    assert re.fullmatch(PATTERNS["notificationIdPattern"], first)


def notification(user_id: str = "bob") -> Notification:
    """Return a notification."""
    return Notification(user_id=user_id, notification_id=ULID, type="MENTION", room_id="r", created_at=SENT_AT)


def test_a_stored_notification_is_not_published_again() -> None:
    inbox, publisher = MemoryInbox(), MemoryPublisher()
    for _ in range(2):
        deliver_all([notification(), notification("carol")], inbox, publisher)
    assert sorted(each.user_id for each in publisher.published) == ["bob", "carol"]


def test_an_unpublished_notification_is_deleted_so_that_a_retry_repeats_both() -> None:
    inbox, publisher = MemoryInbox(), MemoryPublisher(is_broken=True)
    with pytest.raises(ConnectionError):
        deliver_all([notification()], inbox, publisher)
    assert inbox.rows == {}
    publisher.is_broken = False
    deliver_all([notification()], inbox, publisher)
    assert len(publisher.published) == len(inbox.rows) == 1


@pytest.fixture
def notifier(monkeypatch: pytest.MonkeyPatch) -> entry.Notifier:
    chat = MemoryChat().add("alice", "bob")
    made = entry.Notifier("chat-messages-test", chat, MemoryInbox(), MemoryPublisher())
    monkeypatch.setattr(entry, "_notifier", lambda: made)
    return made


def test_handler_returns_the_failed_record_and_handles_the_others(notifier: entry.Notifier) -> None:
    good = sent(mentions=["bob"])
    poisoned = {**sent(mentions=["bob"], seq=8), "createdAt": "no time"}
    events: dict[str, Any] = {
        "Records": [
            record("1", "chat-messages-test", new=poisoned),
            record("2", "chat-messages-test", new=good),
            record("3", "chat-memberships-test", new={"roomId": "r", "userId": "bob", "state": "ACTIVE"}),
        ]
    }
    answer = entry.handler(events, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert isinstance(notifier.publisher, MemoryPublisher)
    assert [each.message_id for each in notifier.publisher.published] == ["r:7"]
