"""The modeled units of stream functions equal the calls of their logic."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.common.streams import Change
from lambdas.notifications.delivery import deliver
from lambdas.notifications.logic import message_notifications
from ops.cost.background import DIRECT, MENTION, PLAIN, REPLY, Calls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdas.common.items import Row
    from lambdas.notifications.delivery import Notification

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ALICE, BOB = "alice", "bob"


class CountingChat:
    """A chat in which all users are members of all rooms; counts reads and updates."""

    def __init__(self, calls: Counter[str]) -> None:
        self.calls = calls

    def room(self, room_id: str) -> Row | None:
        self.calls["rows"] += 1
        return {"roomId": room_id, "name": "Gardeners"}

    def memberships(self, room_id: str, user_ids: Iterable[str]) -> list[Row]:
        found = [{"roomId": room_id, "userId": user_id, "state": "ACTIVE"} for user_id in sorted(user_ids)]
        self.calls["memberships"] += len(found)
        return found

    def all_memberships(self, room_id: str) -> Iterable[Row]:
        raise AssertionError(room_id)

    def message(self, room_id: str, seq: int) -> Row | None:
        self.calls["rows"] += 1
        return {"roomId": room_id, "seq": seq, "authorId": BOB, "type": "TEXT"}

    def count_mention(self, room_id: str, user_id: str, seq: int) -> None:
        assert room_id
        assert user_id
        assert seq
        self.calls["mentions"] += 1


class CountingInbox:
    """An inbox that stores nothing; counts writes and publications."""

    def __init__(self, calls: Counter[str]) -> None:
        self.calls = calls

    def add(self, notification: Notification) -> bool:
        assert notification.user_id == BOB
        self.calls["put"] += 1
        return True

    def withdraw(self, notification: Notification) -> None:
        raise AssertionError(notification)

    def publish(self, notification: Notification) -> None:
        assert notification.to_public()
        self.calls["published"] += 1


def counted(**message: object) -> Counter[str]:
    """Return the calls of the function for a new message of Alice."""
    calls: Counter[str] = Counter()
    row = {
        "roomId": "room",
        "seq": 7,
        "type": "TEXT",
        "authorId": ALICE,
        "content": "Hello",
        "createdAt": "2026-11-22T12:00:00.000Z",
        **message,
    }
    chat, inbox = CountingChat(calls), CountingInbox(calls)
    for notification in message_notifications(Change("1", "messages", None, row), chat, NOW):
        deliver(notification, inbox, inbox)
    return calls


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({}, PLAIN),
        ({"mentions": [BOB]}, MENTION),
        ({"replyToId": "room:3"}, REPLY),
        ({"roomId": f"direct:{ALICE}:{BOB}"}, DIRECT),
    ],
)
def test_the_model_equals_the_calls_of_the_code(message: dict[str, Any], expected: Calls) -> None:
    calls = counted(**message)

    assert (calls["memberships"], calls["rows"], calls["mentions"], calls["put"]) == (
        expected.memberships_read,
        expected.rows_read,
        expected.mentions_counted,
        expected.notifications,
    )
    assert calls["published"] == calls["put"]


def test_a_write_consumes_one_unit_for_the_row_and_one_per_index() -> None:
    assert DIRECT.writes == 3
    assert MENTION.writes == 5
    assert (DIRECT.reads, MENTION.reads, REPLY.reads) == (1.5, 1.0, 1.5)
