"""Formats AppSync's log of a request: JSON and text lines, all with the request id.

Source: "Using CloudWatch to monitor and log GraphQL API data" in the AppSync developer guide: request-level logs,
field-level logs by ``fieldLogLevel``, and the content that ``excludeVerboseContent`` excludes. For a field's handlers,
failures are logged and contexts are not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from appsync_local import json_text
from appsync_local.backend import LogLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from appsync_local.api import GraphqlApi

_EVERY_FIELD: Final = frozenset({"ALL", "DEBUG", "INFO"})
_SECRET_HEADERS: Final = frozenset({"authorization", "x-api-key", "x-amz-security-token", "cookie"})
_HIDDEN: Final = "****"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A completed request."""

    api: GraphqlApi
    """Its log settings determine what is logged."""
    request_id: str
    """The response's ``x-amzn-requestid``."""
    timestamp: int
    """Unix timestamp of the response in milliseconds."""
    status: int
    """The status of the HTTP response."""
    duration: int
    """Duration in nanoseconds."""
    errors: list[dict[str, Any]]
    """The entries of ``errors`` in the response."""
    traces: list[dict[str, Any]] = field(default_factory=list)
    """The durations of the operation's resolvers."""
    body: bytes = b""
    """The body of the request."""
    request_headers: Mapping[str, str] = field(default_factory=dict)
    response_headers: Mapping[str, str] = field(default_factory=dict)


def summary_lines(record: RequestRecord) -> list[str]:
    """Return the JSON lines of a request without data from the client, for the local log file."""
    return [
        *(_json({"logType": "Tracing", **_common(record), **_trace(trace)}) for trace in _logged_traces(record)),
        _json(
            {
                "logType": "RequestSummary",
                **_common(record),
                "statusCode": record.status,
                "latency": record.duration,
                "errors": [entry.get("errorType") for entry in record.errors],
            }
        ),
    ]


def log_lines(record: RequestRecord) -> list[LogLine]:
    """Return the lines of a request for the API's log group in CloudWatch Logs."""
    return [LogLine(record.timestamp, text) for text in _texts(record)]


def _texts(record: RequestRecord) -> Iterator[str]:
    config, request_id = record.api.log_config, record.request_id
    if not config.get("excludeVerboseContent"):
        yield from _verbose(record)
    yield f"{request_id} Begin Request"
    for trace in _logged_traces(record):
        yield _json({"logType": "Tracing", **_common(record), **_trace(trace)})
    if config.get("fieldLogLevel", "NONE") != "NONE":
        yield from map(_json, _failures(record))
    yield _json({"logType": "ExecutionSummary", **_common(record), "version": 1, "duration": record.duration})
    yield _json(
        {
            "logType": "RequestSummary",
            **_common(record),
            "statusCode": record.status,
            "latency": record.duration,
        }
    )
    yield f"{request_id} End Request"


def _verbose(record: RequestRecord) -> Iterator[str]:
    """Yield the document, its variables and the headers, without credentials."""
    request_id = record.request_id
    operation = _operation(record.body)
    query, name = operation.get("query"), operation.get("operationName")
    variables = json.dumps(operation.get("variables") or {}, separators=(",", ":"))
    yield f"{request_id} GraphQL Query: {query}, Operation: {name}, Variables: {variables}"
    yield f"{request_id} Request Headers: {_shown(record.request_headers)}"
    yield f"{request_id} Response Headers: {_shown(record.response_headers)}"


def _operation(body: bytes) -> dict[str, Any]:
    try:
        operation = json_text.load(body)
    except ValueError:
        return {}
    return operation if isinstance(operation, dict) else {}


def _shown(headers: Mapping[str, str]) -> str:
    return json.dumps({name: _HIDDEN if name in _SECRET_HEADERS else value for name, value in headers.items()})


def _logged_traces(record: RequestRecord) -> list[dict[str, Any]]:
    level = record.api.log_config.get("fieldLogLevel", "NONE")
    if level in _EVERY_FIELD:
        return record.traces
    return [trace for trace in record.traces if trace["errors"]] if level == "ERROR" else []


def _trace(trace: dict[str, Any]) -> dict[str, Any]:
    return {**trace, "version": 1}


def _failures(record: RequestRecord) -> Iterator[dict[str, Any]]:
    """Yield the failed fields with the errors of the response, without the context that AppSync adds."""
    for entry in record.errors:
        path = entry.get("path")
        if path:
            message = f"{entry.get('errorType') or 'Error'}: {entry.get('message')}"
            common = _common(record)
            yield {
                "logType": "ResponseFunctionEvaluation",
                "fieldInError": True,
                "path": path,
                "errors": [message],
                **common,
            }


def _common(record: RequestRecord) -> dict[str, str]:
    return {"requestId": record.request_id, "graphQLAPIId": record.api.id}


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":"), default=str)
