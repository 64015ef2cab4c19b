"""A notification: its row, its id, its form for subscribers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from lambdas.common.times import iso8601, parse_iso8601

NotificationType = Literal["MENTION", "REPLY", "DIRECT_MESSAGE", "INVITATION", "MODERATION"]

LIFETIME = timedelta(days=90)
PREVIEW_LENGTH = 100
"""In characters; the same as ``previewLength`` of the GraphQL limits."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_LENGTH = 10
_HASH_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing that concerns one user."""

    user_id: str
    notification_id: str
    type: NotificationType
    room_id: str
    created_at: str
    room_name: str | None = None
    message_id: str | None = None
    actor_id: str | None = None
    actor_name: str | None = None
    preview: str | None = None
    action: str | None = None
    reason: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        """The row of the notifications table; ``unreadId`` puts it into the index of unread ones."""
        shown = self.shown
        del shown["id"], shown["chatRoomId"]
        return {
            **shown,
            "notificationId": self.notification_id,
            "unreadId": self.notification_id,
            "roomId": self.room_id,
            "expiresAt": int((parse_iso8601(self.created_at) + LIFETIME).timestamp()),
        }

    @property
    def shown(self) -> dict[str, Any]:
        """The notification as the schema's ``PublishNotificationInput``."""
        return {
            "id": self.notification_id,
            "userId": self.user_id,
            "type": self.type,
            "chatRoomId": self.room_id,
            "chatRoomName": self.room_name,
            "messageId": self.message_id,
            "actorId": self.actor_id,
            "actorName": self.actor_name,
            "preview": self.preview,
            "action": self.action,
            "reason": self.reason,
            "createdAt": self.created_at,
        }


def notification_id(created_at: str, *origin: str) -> str:
    """Return the id of what came of ``origin``: always the same for the same, so that a repeated event is recognized.

    It has the form of a ULID (time, then what tells apart), so that ids sort by time.

    Args:
        created_at: when it happened, ISO 8601.
        origin: what makes it this notification and no other.
    """
    milliseconds = int(parse_iso8601(created_at).timestamp() * 1000)
    digest = int.from_bytes(hashlib.sha256("\n".join(origin).encode()).digest(), "big")
    return _encoded(milliseconds, _TIME_LENGTH) + _encoded(digest, _HASH_LENGTH)


def ulid_time(ulid: str) -> str:
    """Return when a ULID was made, ISO 8601.

    Raises:
        ValueError: the text does not begin as a ULID does.
    """
    milliseconds = 0
    for character in ulid[:_TIME_LENGTH]:
        milliseconds = milliseconds << 5 | _CROCKFORD.index(character)
    return iso8601(datetime.fromtimestamp(milliseconds / 1000, UTC))


def _encoded(number: int, length: int) -> str:
    """Write the lowest bits in Crockford's base 32, five a character."""
    return "".join(_CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(length)))
