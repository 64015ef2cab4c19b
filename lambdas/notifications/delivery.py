"""Notifications into the inbox and to whoever listens, each once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdas.notifications.notification import Notification

_PARALLEL = 8
"""How many are delivered at once: ``@room`` may concern a thousand members."""


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
