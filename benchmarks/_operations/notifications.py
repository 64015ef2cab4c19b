"""Notifications, and what the backend's own functions publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case
from benchmarks._operations.collection import NOTIFICATIONS, notify
from benchmarks._operations.scene import NOW, PAGE, notification_id
from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.scene import Scene
    from benchmarks._operations.tables import Row


def published(scene: Scene) -> Row:
    """The variables of bringing a notification to its user."""
    return {
        "input": {
            "id": notification_id(NOTIFICATIONS),
            "userId": scene.cast.guest,
            "type": "MENTION",
            "chatRoomId": scene.room_id,
            "chatRoomName": "Gardeners",
            "messageId": scene.message_id(),
            "actorId": scene.cast.owner,
            "actorName": "Alice",
            "preview": "Who waters the tomatoes on Sunday?",
            "createdAt": NOW,
        }
    }


def told(scene: Scene) -> Row:
    """The variables of bringing a system message to its room."""
    guest = scene.cast.guest
    return {
        "input": {
            "chatRoomId": scene.room_id,
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
        grows="the page: half a read unit a notification",
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
        grows=f"the notifications, up to {LIMITS['markedAtOnce']} a call",
    ),
    Case(
        "updateNotificationPreference",
        "of a room",
        lambda scene: ("member", {"input": {"chatRoomId": scene.room_id, "level": "MENTIONS"}}),
    ),
    Case("publishMessage", "somebody joined", lambda scene: ("function", told(scene))),
    Case("publishNotification", "a mention", lambda scene: ("function", published(scene))),
    Case(
        "publishPresence",
        "a change",
        lambda scene: (
            "function",
            {
                "input": {
                    "userId": scene.cast.member,
                    "status": "OFFLINE",
                    "lastSeenAt": NOW,
                    "chatRoomId": scene.room_id,
                }
            },
        ),
    ),
    Case(
        "publishAccessEnded",
        "of a user",
        lambda scene: ("function", {"chatRoomId": scene.room_id, "userId": scene.bystander_id}),
    ),
)
