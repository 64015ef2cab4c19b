"""A notification, and its delivery to the inbox and to subscribers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from contract.fields import NOTIFICATION
from contract.limits import LIMITS
from lambdas.common.times import parse_iso8601

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdas.common.schema_enums import ModerationAction, NotificationType

LIFETIME = timedelta(days=LIMITS["notificationDays"])
_PARALLEL = 8
"""Number of concurrent deliveries: ``@room`` may notify a thousand members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A notification of a user."""

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
        """The row of the notifications table. With ``unreadId`` it is in the index of unread notifications."""
        values = self.to_public()
        return {
            **{
                attribute: values[field.name]
                for attribute, field in NOTIFICATION.stored.items()
                if field.name in values
            },
            "unreadId": self.notification_id,
            "expiresAt": int((parse_iso8601(self.created_at) + LIFETIME).timestamp()),
        }

    def to_public(self) -> dict[str, Any]:
        """Return the notification as the schema's ``PublishNotificationInput``."""
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


class Inbox(Protocol):
    """Stored notifications."""

    def add(self, notification: Notification) -> bool:
        """Store it; return whether it was new."""
        ...

    def withdraw(self, notification: Notification) -> None:
        """Delete it."""
        ...


class Publisher(Protocol):
    """Publishes to subscribers."""

    def publish(self, notification: Notification) -> None:
        """Publish to the user's subscriptions."""
        ...


def deliver_all(notifications: Iterable[Notification], inbox: Inbox, publisher: Publisher) -> int:
    """Deliver all new notifications; return their number.

    Raises:
        Exception: The exception of the first failed delivery. The others have been attempted.
    """
    with ThreadPoolExecutor(_PARALLEL) as pool:
        deliveries = [pool.submit(deliver, notification, inbox, publisher) for notification in notifications]
    return sum(delivery.result() for delivery in deliveries)


def deliver(notification: Notification, inbox: Inbox, publisher: Publisher) -> bool:
    """Store and publish a notification unless it is stored already; return whether it was new.

    If publishing fails, the notification is deleted, so that the retry of the record does both.
    """
    if not inbox.add(notification):
        return False
    try:
        publisher.publish(notification)
    except Exception:
        inbox.withdraw(notification)
        raise
    return True
