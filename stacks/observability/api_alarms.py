"""Alarms of the API: requests, events, subscriptions (AppSync developer guide, "CloudWatch metrics").

There is no metric called "Errors".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.observability.alarm import API, Alarm, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

_SLOW_MILLISECONDS = 1000


def api_alarms(api_id: str) -> Iterator[Alarm]:
    """Yield the alarms of every environment: server errors and lost events."""
    dimensions = {"GraphQLAPIId": api_id}
    yield Alarm(
        address="api_5xx",
        section="api-server-errors",
        description="The API answers requests with server errors",
        severity=Severity.CRITICAL,
        namespace=API,
        metric="5XXError",
        dimensions=dimensions,
    )
    for address, section, metric, description in _FIRST_OCCURRENCE:
        yield Alarm(
            address=address,
            section=section,
            description=description,
            severity=Severity.CRITICAL,
            namespace=API,
            metric=metric,
            dimensions=dimensions,
            minutes_to_alarm=1,
        )


def detailed_api_alarms(api_id: str) -> Iterator[Alarm]:
    """Yield the alarms of detailed monitoring: latency and delayed events."""
    dimensions = {"GraphQLAPIId": api_id}
    yield Alarm(
        address="api_latency",
        section="api-latency",
        description="One request in a hundred takes longer than a second",
        severity=Severity.WARNING,
        namespace=API,
        metric="Latency",
        dimensions=dimensions,
        statistic=None,
        percentile="p99",
        threshold=_SLOW_MILLISECONDS,
    )
    yield Alarm(
        address="api_delayed_messages",
        section="events-delayed",
        description="AppSync holds events back: the quota of inbound messages is nearly used up",
        severity=Severity.WARNING,
        namespace=API,
        metric="InboundMessageDelayed",
        dimensions=dimensions,
    )


_FIRST_OCCURRENCE = (
    (
        "api_dropped_messages",
        "events-dropped",
        "InboundMessageDropped",
        "AppSync drops events before they reach subscribers: the quota of inbound messages is used up",
    ),
    (
        "api_publish_failures",
        "events-not-published",
        "PublishDataMessageServerError",
        "AppSync fails to send events to subscribers: they see them only when they read again",
    ),
    (
        "api_connect_failures",
        "connections-fail",
        "ConnectServerError",
        "AppSync refuses WebSocket connections by an error of its own",
    ),
    (
        "api_subscribe_failures",
        "connections-fail",
        "SubscribeServerError",
        "AppSync refuses subscriptions by an error of its own",
    ),
    (
        "api_dropped_invalidations",
        "removed-members-still-listen",
        "InvalidationRequestDropped",
        "AppSync drops requests to end subscriptions: somebody who was removed goes on listening",
    ),
)
"""Address, section, metric and description of alarms on the first occurrence."""
