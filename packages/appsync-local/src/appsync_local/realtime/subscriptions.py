"""The registry of active subscriptions of all APIs: delivers events and ends subscriptions."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from appsync_local import json_text
from appsync_local.filters import matches_arguments

if TYPE_CHECKING:
    from appsync_local.filters import FilterGroup
    from appsync_local.realtime.projection import Projection
    from appsync_local.realtime.publication import Publication

MAXIMUM_PAYLOAD_BYTES: Final = 240 * 1024
"""AppSync's limit on the size of a subscription payload ("AWS AppSync endpoints and quotas")."""

_logger: Final = logging.getLogger(__name__)


class Subscriber(Protocol):
    """The connection of a subscription, without an import cycle between the two modules."""

    def offer(self, message: str) -> None:
        """Queue a message for sending, without waiting."""
        ...

    def end(self, subscription_id: str) -> None:
        """Remove a subscription that the server ended and send ``complete`` to the client."""
        ...


@dataclass(frozen=True, slots=True)
class Registration:
    """A subscription's selection, and the result of its resolver."""

    field: str
    projection: Projection
    arguments: dict[str, Any]
    """The given arguments; omitted arguments are absent."""
    filter: FilterGroup | None
    """Replaces filtering by arguments if the resolver sets it."""
    invalidation: FilterGroup | None
    expires: float | None
    """Expiry of the caller's credentials as a Unix timestamp in seconds."""
    extensions: dict[str, Any] | None = None
    """The cost of its resolver for ``start_ack``, if the ``start`` message requests it."""

    def wants(self, payload: dict[str, Any]) -> bool:
        """Return whether an event matches this subscription."""
        if self.filter is not None:
            return self.filter.matches(payload)
        return matches_arguments(self.arguments, payload)


class Subscription:
    """A registered subscription of a connection."""

    __slots__ = ("_head", "api_id", "id", "registration", "subscriber")

    def __init__(self, subscription_id: str, api_id: str, registration: Registration, subscriber: Subscriber) -> None:
        self.id = subscription_id
        self.api_id = api_id
        self.registration = registration
        self.subscriber = subscriber
        self._head = f'{{"id":{json_text.dump(subscription_id)},"type":"data","payload":'

    def deliver(self, payload: str) -> None:
        """Send an event with a serialized payload."""
        self.subscriber.offer(f"{self._head}{payload}}}")


class SubscriptionRegistry:
    """All subscriptions by API and Subscription field."""

    def __init__(self) -> None:
        self._subscriptions: dict[tuple[str, str], dict[Subscription, None]] = {}

    def __len__(self) -> int:
        return sum(len(group) for group in self._subscriptions.values())

    def add(self, subscription: Subscription) -> None:
        """Register a subscription for events."""
        slot = (subscription.api_id, subscription.registration.field)
        self._subscriptions.setdefault(slot, {})[subscription] = None

    def remove(self, subscription: Subscription) -> None:
        """Remove a subscription. It receives no more events."""
        slot = (subscription.api_id, subscription.registration.field)
        group = self._subscriptions.get(slot)
        if group is not None:
            group.pop(subscription, None)
            if not group:
                del self._subscriptions[slot]

    def publish(self, api_id: str, publication: Publication) -> int:
        """Send an event to all matching subscriptions and return their number.

        The payload is built once for all subscriptions with the same selection.
        """
        rendered: dict[Projection, str | None] = {}
        delivered = 0
        for subscription in tuple(self._subscriptions.get((api_id, publication.subscription_field), ())):
            if not subscription.registration.wants(publication.subject):
                continue
            projection = subscription.registration.projection
            if projection not in rendered:
                rendered[projection] = _render(projection, publication)
            payload = rendered[projection]
            if payload is not None:
                subscription.deliver(payload)
                delivered += 1
        return delivered

    def invalidate(self, api_id: str, subscription_field: str, payload: dict[str, Any]) -> int:
        """End every subscription whose invalidation filter matches and return their number."""
        ended = 0
        for subscription in tuple(self._subscriptions.get((api_id, subscription_field), ())):
            invalidation = subscription.registration.invalidation
            if invalidation is not None and invalidation.matches(payload):
                self.remove(subscription)
                subscription.subscriber.end(subscription.id)
                ended += 1
        return ended


def _render(projection: Projection, publication: Publication) -> str | None:
    payload = projection.payload(publication.payload)
    if len(payload.encode()) > MAXIMUM_PAYLOAD_BYTES:
        _logger.warning(
            "An event of %s was not delivered: its payload is larger than 240 KB", publication.subscription_field
        )
        return None
    return payload
