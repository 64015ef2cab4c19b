"""Notifications, and publications by the backend's own functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case
from benchmarks._operations.list_fixtures import NOTIFICATIONS, notify
from benchmarks._operations.room_fixture import NOW, PAGE, notification_id
from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture
    from benchmarks._operations.tables import Row


def published(fixture: RoomFixture) -> Row:
    """Return the variables of publishing a notification to its user."""
    return {
        "input": {
            "id": notification_id(NOTIFICATIONS),
            "userId": fixture.accounts.guest,
            "type": "MENTION",
            "chatRoomId": fixture.room_id,
            "chatRoomName": "Gardeners",
            "messageId": fixture.message_id(),
            "actorId": fixture.accounts.owner,
            "actorName": "Alice",
            "preview": "Who waters the tomatoes on Sunday?",
            "createdAt": NOW,
        }
    }


def told(fixture: RoomFixture) -> Row:
    """Return the variables of publishing a system message to its room."""
    guest = fixture.accounts.guest
    return {
        "input": {
            "chatRoomId": fixture.room_id,
            "seq": 1,
            "content": "Grace joined.",
            "authorId": guest,
            "authorName": "Grace",
            "clientMessageId": "event-1",
            "createdAt": NOW,
            "systemEvent": {"kind": "MEMBER_JOINED", "userId": guest, "userName": "Grace"},
        }
    }


CASES = (
    Case("myNotifications", f"a page of {PAGE}", lambda _: ("collector", {"limit": PAGE}), notify, grows="the page"),
    Case(
        "myNotifications",
        f"{PAGE} unread ones",
        lambda _: ("collector", {"limit": PAGE, "unreadOnly": True}),
        notify,
        grows="the page: half a read unit per notification",
    ),
    Case(
        "markNotificationRead",
        "an unread one",
        lambda _: ("collector", {"id": notification_id(0)}),
        notify,
    ),
    Case(
        "markAllNotificationsRead",
        f"{LIMITS['markedAtOnce']} unread ones",
        lambda _: ("collector", {}),
        notify,
        grows=f"the notifications, up to {LIMITS['markedAtOnce']} per call",
    ),
    Case(
        "updateNotificationPreference",
        "of a room",
        lambda fixture: ("member", {"input": {"chatRoomId": fixture.room_id, "level": "MENTIONS"}}),
    ),
    Case("publishMessage", "a member joined", lambda fixture: ("function", told(fixture))),
    Case("publishNotification", "a mention", lambda fixture: ("function", published(fixture))),
    Case(
        "publishPresence",
        "a change",
        lambda fixture: (
            "function",
            {
                "input": {
                    "userId": fixture.accounts.member,
                    "status": "OFFLINE",
                    "lastSeenAt": NOW,
                    "chatRoomId": fixture.room_id,
                }
            },
        ),
    ),
    Case(
        "publishAccessEnded",
        "of a user",
        lambda fixture: ("function", {"chatRoomId": fixture.room_id, "userId": fixture.bystander_id}),
    ),
)
