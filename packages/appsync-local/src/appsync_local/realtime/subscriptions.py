"""The live subscriptions of all APIs: who wants an event, and who has to go."""

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
"""AppSync's limit on one subscription payload ("AWS AppSync endpoints and quotas")."""

_logger: Final = logging.getLogger(__name__)


class Subscriber(Protocol):
    """The connection at the other end."""

    def offer(self, message: str) -> None:
        """Take a message for sending; never waits."""
        ...

    def end(self, subscription_id: str) -> None:
        """Forget a subscription that the server ended and tell the client that it is complete."""
        ...


@dataclass(frozen=True, slots=True)
class Registration:
    """What a subscription asked for and what its resolver decided."""

    field: str
    projection: Projection
    arguments: dict[str, Any]
    """As given: an argument that was left out is not there."""
    filter: FilterGroup | None
    """Takes the place of the arguments where the resolver set one."""
    invalidation: FilterGroup | None
    expires: float | None
    """The Unix second at which the caller's credentials stop being good."""
    extensions: dict[str, Any] | None = None
    """What its resolver cost, where the ``start`` message asked for that; goes into ``start_ack``."""

    def wants(self, payload: dict[str, Any]) -> bool:
        """Tell whether an event is for this subscription."""
        if self.filter is not None:
            return self.filter.matches(payload)
        return matches_arguments(self.arguments, payload)


class Subscription:
    """One registered subscription of one connection."""

    __slots__ = ("_head", "api_id", "id", "registration", "subscriber")

    def __init__(self, subscription_id: str, api_id: str, registration: Registration, subscriber: Subscriber) -> None:
        self.id = subscription_id
        self.api_id = api_id
        self.registration = registration
        self.subscriber = subscriber
        self._head = f'{{"id":{json_text.dump(subscription_id)},"type":"data","payload":'

    def deliver(self, payload: str) -> None:
        """Hand over one event, its payload already serialized."""
        self.subscriber.offer(f"{self._head}{payload}}}")


class SubscriptionRegistry:
    """All subscriptions by API and Subscription field."""

    def __init__(self) -> None:
        self._subscriptions: dict[tuple[str, str], dict[Subscription, None]] = {}

    def __len__(self) -> int:
        return sum(len(group) for group in self._subscriptions.values())

    def add(self, subscription: Subscription) -> None:
        """From now on the subscription gets events."""
        slot = (subscription.api_id, subscription.registration.field)
        self._subscriptions.setdefault(slot, {})[subscription] = None

    def remove(self, subscription: Subscription) -> None:
        """No event reaches the subscription any more."""
        slot = (subscription.api_id, subscription.registration.field)
        group = self._subscriptions.get(slot)
        if group is not None:
            group.pop(subscription, None)
            if not group:
                del self._subscriptions[slot]

    def publish(self, api_id: str, publication: Publication) -> int:
        """Hand an event to everyone who wants it and return how many those are.

        The payload is put together once for all subscriptions that ask for the same.
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
        """End every subscription whose invalidation filter matches and return how many those were."""
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
