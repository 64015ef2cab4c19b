"""A notification: its row, its id, its form for subscribers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from contract.fields import NOTIFICATION
from contract.limits import LIMITS
from lambdas.common.times import parse_iso8601

if TYPE_CHECKING:
    from lambdas.common.schema_enums import ModerationAction, NotificationType

LIFETIME = timedelta(days=LIMITS["notificationDays"])


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
    action: ModerationAction | None = None
    reason: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        """The row of the notifications table; ``unreadId`` puts it into the index of unread ones."""
        shown = self.shown
        return {
            **{attribute: shown[field.name] for attribute, field in NOTIFICATION.stored.items() if field.name in shown},
            "unreadId": self.notification_id,
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
