"""The CloudWatch dashboard, with one row per question about the health of the chat.

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
    for question, graphs in _questions(sources):
        widgets.append(_title(question, top))
        widgets += [
            _graph(graph, place, len(graphs), top + _TITLE_HEIGHT, sources) for place, graph in enumerate(graphs)
        ]
        top += _TITLE_HEIGHT + _GRAPH_HEIGHT
    widgets.append(_title("What do the logs say?", top))
    widgets += [_log(query, place, top + _TITLE_HEIGHT, sources) for place, query in enumerate(LOG_QUERIES)]
    return json.dumps({"variables": [_REQUEST], "widgets": widgets}, sort_keys=True, separators=(",", ":"))


def _questions(sources: DashboardSources) -> Iterator[tuple[str, list[_Graph]]]:
    api = [{"GraphQLAPIId": sources.api_id}]
    yield "Are requests answered?", _answered(api)
    yield "Do events arrive?", _events(api)
    yield "Is what happens later done?", _later(sources)
    yield "What has been done later?", _done(sources)
    yield "Do the tables keep up?", _tables([{"TableName": name} for name in sources.tables])
    yield "Do people get in?", _people(sources)


def _answered(api: Sequence[Mapping[str, str]]) -> list[_Graph]:
    return [
        _Graph("Requests", API, "Sum", ("Requests", "TokensConsumed"), api),
        _Graph("Errors: ours (5XX), callers' (4XX)", API, "Sum", ("5XXError", "4XXError"), api),
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
        _Graph("Connected", API, "Maximum", ("ActiveConnections", "ActiveSubscriptions"), api),
        _Graph(
            "Events in and out (what the bill is made of)", API, "Sum", ("InboundMessages", "OutboundMessages"), api
        ),
        _Graph("Lost or late: all of these should be nothing", API, "Sum", lost, api),
    ]


def _later(sources: DashboardSources) -> list[_Graph]:
    functions = [{"FunctionName": name} for name in sources.functions]
    queues = [{"QueueName": name} for name in sources.queues]
    return [
        _Graph("Functions: failures", FUNCTIONS, "Sum", ("Errors", "Throttles"), functions),
        _Graph("Functions: behind by (ms)", FUNCTIONS, "Maximum", ("IteratorAge",), functions),
        _Graph("Given up: python -m ops redrive", QUEUES, "Maximum", ("ApproximateNumberOfMessagesVisible",), queues),
    ]


def _done(sources: DashboardSources) -> list[_Graph]:
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
        _Graph("Refused", TABLES, "Sum", ("ReadThrottleEvents", "WriteThrottleEvents"), tables),
        _Graph("Read units", TABLES, "Sum", ("ConsumedReadCapacityUnits",), tables),
        _Graph("Write units", TABLES, "Sum", ("ConsumedWriteCapacityUnits",), tables),
    ]


def _people(sources: DashboardSources) -> list[_Graph]:
    pool, client = sources.user_pool
    client_of_pool = [{"UserPool": pool, "UserPoolClient": client}]
    subscribing = ("ConnectSuccess", "ConnectClientError", "ConnectServerError", "SubscribeClientError")
    return [
        _Graph("Sign-ins and new people", USER_POOLS, "Sum", ("SignInSuccesses", "SignUpSuccesses"), client_of_pool),
        _Graph("Refused by Cognito", USER_POOLS, "Sum", ("SignInThrottles", "TokenRefreshThrottles"), client_of_pool),
        _Graph("Connections", API, "Sum", subscribing, [{"GraphQLAPIId": sources.api_id}]),
    ]


def _alarms(sources: DashboardSources) -> dict[str, Any]:
    properties = {"title": "Is chat healthy? What to do: docs/operations.md", "alarms": list(sources.alarms)}
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
