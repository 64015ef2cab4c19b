"""The CloudWatch dashboard of one environment, as the JSON that CloudWatch takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH = 12
_HEIGHT = 6


@dataclass(frozen=True, slots=True)
class Graph:
    """One graph: metrics of one namespace, all with the same statistic."""

    title: str
    namespace: str
    statistic: str
    metrics: Sequence[tuple[str, Mapping[str, str]]]
    """Metric name and dimensions."""


def dashboard_body(region: str, graphs: Sequence[Graph]) -> str:
    """Return ``graphs`` two in a row (CloudWatch API reference, "Dashboard body structure and syntax")."""
    widgets = [
        {
            "type": "metric",
            "x": _WIDTH * (place % 2),
            "y": _HEIGHT * (place // 2),
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": _properties(region, graph),
        }
        for place, graph in enumerate(graphs)
    ]
    return json.dumps({"widgets": widgets}, sort_keys=True, separators=(",", ":"))


def _properties(region: str, graph: Graph) -> dict[str, Any]:
    metrics = [
        [graph.namespace, metric, *(word for dimension in dimensions.items() for word in dimension)]
        for metric, dimensions in graph.metrics
    ]
    return {"title": graph.title, "region": region, "stat": graph.statistic, "period": 60, "metrics": metrics}
