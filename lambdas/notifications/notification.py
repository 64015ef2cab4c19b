"""A notification: its row, its id, its form for subscribers."""

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
"""How many are delivered at once: ``@room`` may concern a thousand members."""


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


class Inbox(Protocol):
    """Where notifications are kept."""

    def add(self, notification: Notification) -> bool:
        """Keep it; tell whether it was new."""
        ...

    def withdraw(self, notification: Notification) -> None:
        """Forget it."""
        ...


class Publisher(Protocol):
    """Who tells subscribers."""

    def publish(self, notification: Notification) -> None:
        """Tell the user's subscriptions, if there are any."""
        ...


def deliver_all(notifications: Iterable[Notification], inbox: Inbox, publisher: Publisher) -> int:
    """Deliver every notification that is new; return how many were.

    Raises:
        Exception: what the first failed delivery raised; the others have been tried.
    """
    with ThreadPoolExecutor(_PARALLEL) as pool:
        deliveries = [pool.submit(deliver, notification, inbox, publisher) for notification in notifications]
    return sum(delivery.result() for delivery in deliveries)


def deliver(notification: Notification, inbox: Inbox, publisher: Publisher) -> bool:
    """Keep a notification and publish it, unless it is kept already; tell whether it was new.

    What cannot be published is withdrawn, so that the repeated record does both.
    """
    if not inbox.add(notification):
        return False
    try:
        publisher.publish(notification)
    except Exception:
        inbox.withdraw(notification)
        raise
    return True
