"""What one process of the load has measured since it last told."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(slots=True)
class Figures:
    """Times of requests and events, and counts. Times are seconds; ``at`` is that of ``time.monotonic``."""

    requests: list[tuple[float, str, float]] = field(default_factory=list)
    """When it was answered, the operation, what it took."""
    deliveries: list[tuple[float, str, float]] = field(default_factory=list)
    """When it arrived, the subscription, the time since its sender began to send."""
    actions: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    """By operation and type of error."""

    def answered(self, operation: str, seconds: float) -> None:
        """Count a request that was answered, whatever the answer."""
        self.requests.append((time.monotonic(), operation, seconds))

    def delivered(self, subscription: str, seconds: float) -> None:
        """Count an event that came."""
        self.deliveries.append((time.monotonic(), subscription, seconds))

    def add(self, other: Figures) -> None:
        """Take in what another process, or another while, has measured."""
        self.requests += other.requests
        self.deliveries += other.deliveries
        self.actions += other.actions
        self.errors += other.errors

    def taken(self) -> Figures:
        """Return what there is, and begin anew."""
        taken = Figures(self.requests, self.deliveries, self.actions, self.errors)
        self.requests, self.deliveries, self.actions, self.errors = [], [], Counter(), Counter()
        return taken


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Return count, average, median, the 95th and the 99th of a hundred and the longest, in milliseconds."""
    if not seconds:
        return {"count": 0}
    cuts = statistics.quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 99
    named = {"average": statistics.fmean(seconds), "p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}
    return {"count": len(seconds), **{k: round(v * 1000, 1) for k, v in {**named, "longest": max(seconds)}.items()}}
