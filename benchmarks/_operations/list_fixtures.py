"""Full pages of rooms, invitations and notifications outside the measured room."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks._operations.room_fixture import CONTENT, NOW, PAGE, notification_id
from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import Accounts, RoomFixture
    from benchmarks._operations.tables import Row, Tables

NOTIFICATIONS = LIMITS["countedNotifications"]


def fill_lists(tables: Tables, accounts: Accounts) -> None:
    """Add the collector to 50 public rooms with a message each, and invite the invitee to 50 others."""
    for user_id, state in ((accounts.collector, "ACTIVE"), (accounts.invitee, "INVITED")):
        rooms = [_room(user_id) for _ in range(PAGE)]
        tables.put("rooms", rooms)
        tables.put("memberships", [_membership(room, user_id, state) for room in rooms])


def notification(user_id: str, number: int) -> Row:
    """Return an unread notification of a mention."""
    return {
        "userId": user_id,
        "notificationId": notification_id(number),
        "unreadId": notification_id(number),
        "type": "MENTION",
        "roomId": str(uuid4()),
        "chatRoomName": "Gardeners",
        "messageId": f"{uuid4()}:1",
        "actorId": str(uuid4()),
        "actorName": "Alice",
        "preview": CONTENT[: LIMITS["previewLength"]],
        "createdAt": NOW,
        "expiresAt": 2_000_000_000,
    }


def notify(fixture: RoomFixture) -> None:
    """Create 100 unread notifications of the collector, or reset them to unread."""
    user_id = fixture.accounts.collector
    fixture.tables.put("notifications", [notification(user_id, number) for number in range(NOTIFICATIONS)])


def _room(user_id: str) -> Row:
    return {
        "roomId": str(uuid4()),
        "name": "Gardeners",
        "visibility": "PUBLIC",
        "listedVisibility": "PUBLIC",
        "createdBy": user_id,
        "memberCount": 2,
        "ownerCount": 1,
        "lastSeq": 1,
        "lastMessageAt": NOW,
        "lastMessage": {
            "type": "TEXT",
            "content": CONTENT[: LIMITS["previewLength"]],
            "authorId": user_id,
            "authorName": "Alice",
            "createdAt": NOW,
        },
        "version": 1,
        "createdAt": NOW,
    }


def _membership(room: Row, user_id: str, state: str) -> Row:
    return {
        "roomId": room["roomId"],
        "userId": user_id,
        "displayName": "Robin",
        "role": "MEMBER",
        "state": state,
        "joinedAt": NOW,
        "joinedSeq": 0,
        "readSeq": 0,
    }
