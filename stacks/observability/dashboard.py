"""The CloudWatch dashboard, with one row per part of the chat.

Shape: CloudWatch API reference, "Dashboard body structure and syntax".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.function_metrics import FUNCTION_METRICS
from stacks.names import service_name
from stacks.observability.alarm import API, FUNCTIONS, QUEUES, TABLES, USER_POOLS
from stacks.observability.log_queries import LOG_QUERIES, REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stacks.observability.log_queries import LogQuery

_COLUMNS = 24
_GRAPH_HEIGHT = 6
_TITLE_HEIGHT = 1
_ALARMS_HEIGHT = 4
_REQUEST = {
    "type": "pattern",
    "pattern": REQUEST_ID,
    "id": "request",
    "label": "Request id",
    "inputType": "input",
    "defaultValue": REQUEST_ID,
    "visible": True,
}
"""An input field, whose value replaces the pattern in all queries of the dashboard."""


@dataclass(frozen=True, slots=True)
class DashboardSources:
    """The resources on the dashboard.

    Attributes:
        region: Region of the metrics.
        alarms: ARNs of the alarms.
        api_id: Id of the AppSync API.
        log_groups: Names of log groups, the API's first.
        namespace: Namespace of the functions' own metrics.
        counting: Folders of the functions below ``lambdas/``.
        functions: Names of the functions.
        queues: Names of the failure queues.
        tables: Names of the tables.
        user_pool: Ids of the pool and of its client.
    """

    region: str
    alarms: tuple[str, ...]
    api_id: str
    log_groups: tuple[str, ...]
    namespace: str
    counting: tuple[str, ...]
    functions: tuple[str, ...]
    queues: tuple[str, ...]
    tables: tuple[str, ...]
    user_pool: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Graph:
    """A graph: metrics of a namespace for several resources, with the same statistic."""

    title: str
    namespace: str
    statistic: str
    metrics: Sequence[str]
    resources: Sequence[Mapping[str, str]]
    """The dimensions of each resource."""


def dashboard_body(sources: DashboardSources) -> str:
    """Return the dashboard body as JSON."""
    widgets: list[dict[str, Any]] = [_alarms(sources)]
    top = _ALARMS_HEIGHT
    for title, graphs in _rows(sources):
        widgets.append(_title(title, top))
        widgets += [
            _graph(graph, place, len(graphs), top + _TITLE_HEIGHT, sources) for place, graph in enumerate(graphs)
        ]
        top += _TITLE_HEIGHT + _GRAPH_HEIGHT
    widgets.append(_title("Logs", top))
    widgets += [_log(query, place, top + _TITLE_HEIGHT, sources) for place, query in enumerate(LOG_QUERIES)]
    return json.dumps({"variables": [_REQUEST], "widgets": widgets}, sort_keys=True, separators=(",", ":"))


def _rows(sources: DashboardSources) -> Iterator[tuple[str, list[_Graph]]]:
    api = [{"GraphQLAPIId": sources.api_id}]
    yield "API requests", _requests(api)
    yield "Events", _events(api)
    yield "Functions", _functions(sources)
    yield "Function metrics", _function_metrics(sources)
    yield "Tables", _tables([{"TableName": name} for name in sources.tables])
    yield "Sign-in and connections", _sign_in(sources)


def _requests(api: Sequence[Mapping[str, str]]) -> list[_Graph]:
    return [
        _Graph("Requests", API, "Sum", ("Requests", "TokensConsumed"), api),
        _Graph("Server errors (5XX) and client errors (4XX)", API, "Sum", ("5XXError", "4XXError"), api),
        _Graph("Latency, p99 (ms)", API, "p99", ("Latency",), api),
    ]


def _events(api: Sequence[Mapping[str, str]]) -> list[_Graph]:
    lost = (
        "InboundMessageDropped",
        "InboundMessageDelayed",
        "PublishDataMessageServerError",
        "InvalidationRequestDropped",
    )
    return [
        _Graph("Connections and subscriptions", API, "Maximum", ("ActiveConnections", "ActiveSubscriptions"), api),
        _Graph("Inbound and outbound events (billed)", API, "Sum", ("InboundMessages", "OutboundMessages"), api),
        _Graph("Lost and delayed events (expected: none)", API, "Sum", lost, api),
    ]


def _functions(sources: DashboardSources) -> list[_Graph]:
    functions = [{"FunctionName": name} for name in sources.functions]
    queues = [{"QueueName": name} for name in sources.queues]
    return [
        _Graph("Errors and throttles", FUNCTIONS, "Sum", ("Errors", "Throttles"), functions),
        _Graph("Iterator age (ms)", FUNCTIONS, "Maximum", ("IteratorAge",), functions),
        _Graph(
            "Failed records (python -m ops redrive)", QUEUES, "Maximum", ("ApproximateNumberOfMessagesVisible",), queues
        ),
    ]


def _function_metrics(sources: DashboardSources) -> list[_Graph]:
    """Return a graph of each function's own metrics."""
    return [
        _Graph(
            function.replace("_", " ").capitalize(),
            sources.namespace,
            "Sum",
            FUNCTION_METRICS[function],
            [{"service": service_name(function)}],
        )
        for function in sorted(sources.counting)
    ]


def _tables(tables: Sequence[Mapping[str, str]]) -> list[_Graph]:
    return [
        _Graph("Throttled requests", TABLES, "Sum", ("ReadThrottleEvents", "WriteThrottleEvents"), tables),
        _Graph("Read units", TABLES, "Sum", ("ConsumedReadCapacityUnits",), tables),
        _Graph("Write units", TABLES, "Sum", ("ConsumedWriteCapacityUnits",), tables),
    ]


def _sign_in(sources: DashboardSources) -> list[_Graph]:
    pool, client = sources.user_pool
    client_of_pool = [{"UserPool": pool, "UserPoolClient": client}]
    subscribing = ("ConnectSuccess", "ConnectClientError", "ConnectServerError", "SubscribeClientError")
    return [
        _Graph("Sign-ins and sign-ups", USER_POOLS, "Sum", ("SignInSuccesses", "SignUpSuccesses"), client_of_pool),
        _Graph("Throttled by Cognito", USER_POOLS, "Sum", ("SignInThrottles", "TokenRefreshThrottles"), client_of_pool),
        _Graph("WebSocket connections", API, "Sum", subscribing, [{"GraphQLAPIId": sources.api_id}]),
    ]


def _alarms(sources: DashboardSources) -> dict[str, Any]:
    properties = {"title": "Alarms (runbook: docs/operations.md)", "alarms": list(sources.alarms)}
    return _widget("alarm", (0, 0), (_COLUMNS, _ALARMS_HEIGHT), properties)


def _title(text: str, top: int) -> dict[str, Any]:
    return _widget("text", (0, top), (_COLUMNS, _TITLE_HEIGHT), {"markdown": f"### {text}"})


def _graph(graph: _Graph, place: int, columns: int, top: int, sources: DashboardSources) -> dict[str, Any]:
    width = _COLUMNS // columns
    metrics = [
        [graph.namespace, metric, *(word for dimension in resource.items() for word in dimension)]
        for resource in graph.resources
        for metric in graph.metrics
    ]
    properties = {
        "title": graph.title,
        "region": sources.region,
        "stat": graph.statistic,
        "period": 60,
        "metrics": metrics,
    }
    return _widget("metric", (width * place, top), (width, _GRAPH_HEIGHT), properties)


def _log(query: LogQuery, place: int, top: int, sources: DashboardSources) -> dict[str, Any]:
    """Return the widget of a log query; two per row."""
    width = _COLUMNS // 2
    groups = (
        *(sources.log_groups[:1] if query.of_api else ()),
        *(sources.log_groups[1:] if query.of_functions else ()),
    )
    logs = " | ".join(f"SOURCE '{name}'" for name in groups)
    properties = {
        "title": query.title,
        "region": sources.region,
        "query": f"{logs} | {query.text}",
        "view": "table",
    }
    position = (width * (place % 2), top + _GRAPH_HEIGHT * (place // 2))
    return _widget("log", position, (width, _GRAPH_HEIGHT), properties)


def _widget(kind: str, position: tuple[int, int], size: tuple[int, int], properties: dict[str, Any]) -> dict[str, Any]:
    (left, top), (width, height) = position, size
    return {"type": kind, "x": left, "y": top, "width": width, "height": height, "properties": properties}
