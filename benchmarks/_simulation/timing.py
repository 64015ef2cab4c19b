"""Hooks of the clients that measure the durations of requests and subscriptions."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from tests.helpers.graphql_client import GraphQLClient
from tests.helpers.realtime_client import RealtimeClient
from tests.helpers.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks._simulation.metrics import Metrics
    from tests.helpers.realtime_client import Subscription

_FIELD = re.compile(r"\{\s*(\w+)")


def timed_graphql_client(url: str, authorization: Mapping[str, str], metrics: Metrics) -> GraphQLClient:
    """Return a client that records every request by its field."""

    def report(document: str, seconds: float) -> None:
        metrics.answered(field_of(document), seconds)

    return GraphQLClient(url, authorization, timeout=PATIENCE_SECONDS, on_response=report)


class TimedRealtimeClient(RealtimeClient):
    """A connection that records the durations of subscribing, by field."""

    def __init__(self, url: str, authorization: Mapping[str, str], *, host: str, metrics: Metrics) -> None:
        super().__init__(url, authorization, host=host, timeout=PATIENCE_SECONDS)
        self._metrics = metrics

    async def connect(self) -> None:
        """Open the connection."""
        begun = time.perf_counter()
        await super().connect()
        self._metrics.answered("(connection)", time.perf_counter() - begun)

    async def subscribe(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        **options: Any,  # noqa: ANN401 - as inherited
    ) -> Subscription:
        """Start a subscription."""
        begun = time.perf_counter()
        try:
            return await super().subscribe(document, variables, **options)
        finally:
            self._metrics.answered(field_of(document), time.perf_counter() - begun)


def field_of(document: str) -> str:
    """Return the first field of a document's first operation."""
    found = _FIELD.search(document)
    return found[1] if found else "?"
