"""Measurements of one worker process since its last report."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(slots=True)
class Metrics:
    """Times of requests and events, and counts. Times are seconds; ``at`` is that of ``time.monotonic``."""

    requests: list[tuple[float, str, float]] = field(default_factory=list)
    """Time of the response, operation, duration."""
    deliveries: list[tuple[float, str, float]] = field(default_factory=list)
    """Time of arrival, subscription, time since the start of sending."""
    actions: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    """By operation and type of error."""

    def answered(self, operation: str, seconds: float) -> None:
        """Record a request with a response, successful or not."""
        self.requests.append((time.monotonic(), operation, seconds))

    def delivered(self, subscription: str, seconds: float) -> None:
        """Record a received event."""
        self.deliveries.append((time.monotonic(), subscription, seconds))

    def add(self, other: Metrics) -> None:
        """Add other measurements."""
        self.requests += other.requests
        self.deliveries += other.deliveries
        self.actions += other.actions
        self.errors += other.errors

    def taken(self) -> Metrics:
        """Return the measurements, and reset them."""
        taken = Metrics(self.requests, self.deliveries, self.actions, self.errors)
        self.requests, self.deliveries, self.actions, self.errors = [], [], Counter(), Counter()
        return taken


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Return count, average, percentiles 50, 95 and 99, and maximum, in milliseconds."""
    if not seconds:
        return {"count": 0}
    cuts = statistics.quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 99
    named = {"average": statistics.fmean(seconds), "p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}
    return {"count": len(seconds), **{k: round(v * 1000, 1) for k, v in {**named, "longest": max(seconds)}.items()}}
