"""What AppSync writes to the log of an API about one request: JSON lines and texts, all with the request's id.

Source: "Using CloudWatch to monitor and log GraphQL API data" in the AppSync developer guide: request-level logs, logs
of fields by ``fieldLogLevel``, and what ``excludeVerboseContent`` leaves out. Of a field's handlers the failures are
written and not the contexts.
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
    """One request that was answered."""

    api: GraphqlApi
    """Decides by its log settings what is written."""
    request_id: str
    """As in the response's ``x-amzn-requestid``."""
    timestamp: int
    """The Unix millisecond at which it was answered."""
    status: int
    """Of the HTTP response."""
    duration: int
    """Nanoseconds."""
    errors: list[dict[str, Any]]
    """The entries of ``errors`` in the answer."""
    traces: list[dict[str, Any]] = field(default_factory=list)
    """What every resolver took, from the operation."""
    body: bytes = b""
    """Of the request."""
    request_headers: Mapping[str, str] = field(default_factory=dict)
    response_headers: Mapping[str, str] = field(default_factory=dict)


def summary_lines(record: RequestRecord) -> list[str]:
    """The JSON lines of a request without anything that a client sent: for this machine's own log file."""
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
    """The lines of a request for the API's log group in CloudWatch Logs."""
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
    """The document, its variables and the headers; credentials are never written."""
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
    """The fields in error with the errors of the answer, without the context that AppSync puts beside them."""
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
