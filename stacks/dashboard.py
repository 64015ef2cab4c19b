"""The CloudWatch dashboard that answers whether chat is healthy, as the JSON that CloudWatch takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

API_NAMESPACE = "AWS/AppSync"
FUNCTION_NAMESPACE = "AWS/Lambda"
TABLE_NAMESPACE = "AWS/DynamoDB"

_WIDTH = 12
_HEIGHT = 6


@dataclass(frozen=True, slots=True)
class _Graph:
    """The metrics of one namespace for each of some things, all with the same statistic."""

    title: str
    namespace: str
    statistic: str
    metrics: Sequence[str]
    things: Sequence[Mapping[str, str]]
    """The dimensions that tell a thing from the others."""


def dashboard_body(region: str, *, api_id: str, functions: Sequence[str], tables: Sequence[str]) -> str:
    """Return the dashboard (CloudWatch API reference, "Dashboard body structure and syntax").

    Args:
        region: Where the metrics are.
        api_id: Id of the AppSync API.
        functions: Names of the Lambda functions.
        tables: Names of the DynamoDB tables.
    """
    graphs = [
        *_api_graphs([{"GraphQLAPIId": api_id}]),
        *_function_graphs([{"FunctionName": name} for name in functions]),
        *_table_graphs([{"TableName": name} for name in tables]),
    ]
    widgets = [_widget(place, region, graph) for place, graph in enumerate(graphs)]
    return json.dumps({"widgets": widgets}, sort_keys=True, separators=(",", ":"))


def _api_graphs(apis: Sequence[Mapping[str, str]]) -> list[_Graph]:
    realtime = ("InboundMessages", "OutboundMessages", "InboundMessageDropped")
    return [
        _Graph("Errors", API_NAMESPACE, "Sum", ("4XXError", "5XXError"), apis),
        _Graph("Latency, p99 (ms)", API_NAMESPACE, "p99", ("Latency",), apis),
        _Graph("Connected", API_NAMESPACE, "Maximum", ("ActiveConnections", "ActiveSubscriptions"), apis),
        _Graph("Real-time messages", API_NAMESPACE, "Sum", realtime, apis),
    ]


def _function_graphs(functions: Sequence[Mapping[str, str]]) -> list[_Graph]:
    return [
        _Graph("Functions: failures", FUNCTION_NAMESPACE, "Sum", ("Errors", "Throttles"), functions),
        _Graph("Functions: duration, p99 (ms)", FUNCTION_NAMESPACE, "p99", ("Duration",), functions),
    ]


def _table_graphs(tables: Sequence[Mapping[str, str]]) -> list[_Graph]:
    return [
        _Graph("Tables: read units", TABLE_NAMESPACE, "Sum", ("ConsumedReadCapacityUnits",), tables),
        _Graph("Tables: write units", TABLE_NAMESPACE, "Sum", ("ConsumedWriteCapacityUnits",), tables),
    ]


def _widget(place: int, region: str, graph: _Graph) -> dict[str, Any]:
    """Place a graph: two in a row, from the top left."""
    metrics = [
        [graph.namespace, metric, *(word for dimension in thing.items() for word in dimension)]
        for thing in graph.things
        for metric in graph.metrics
    ]
    return {
        "type": "metric",
        "x": _WIDTH * (place % 2),
        "y": _HEIGHT * (place // 2),
        "width": _WIDTH,
        "height": _HEIGHT,
        "properties": {
            "title": graph.title,
            "region": region,
            "stat": graph.statistic,
            "period": 60,
            "metrics": metrics,
        },
    }
