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
        description="The API returns server errors",
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
        description=f"The p99 latency of the API exceeds {_SLOW_MILLISECONDS} ms",
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
        description="AppSync delays events: the quota of inbound messages is nearly exhausted",
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
        "AppSync drops events: the quota of inbound messages is exhausted",
    ),
    (
        "api_publish_failures",
        "events-not-published",
        "PublishDataMessageServerError",
        "AppSync fails to publish events: subscribers see the changes only after the next read",
    ),
    (
        "api_connect_failures",
        "connections-fail",
        "ConnectServerError",
        "AppSync rejects WebSocket connections with server errors",
    ),
    (
        "api_subscribe_failures",
        "connections-fail",
        "SubscribeServerError",
        "AppSync rejects subscriptions with server errors",
    ),
    (
        "api_dropped_invalidations",
        "removed-members-still-listen",
        "InvalidationRequestDropped",
        "AppSync drops requests to end subscriptions: removed members may still receive events",
    ),
)
"""Address, section, metric and description of alarms on the first occurrence."""
