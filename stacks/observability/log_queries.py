"""Log queries on the dashboard and in docs/operations.md.

Language: CloudWatch Logs user guide, "CloudWatch Logs Insights query syntax". AppSync's log has a line per request
(``RequestSummary``) and a line per field with an error; the functions log JSON with Powertools.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogQuery:
    """A log query.

    Attributes:
        title: Title on the dashboard.
        text: The query, in one line.
        of_api: Whether it reads the API's log.
        of_functions: Whether it reads the functions' logs.
    """

    title: str
    text: str
    of_api: bool = True
    of_functions: bool = False


REQUEST_ID = "the-request-id"
"""Placeholder of the request id in queries; the dashboard has an input field for it."""


LOG_QUERIES = (
    LogQuery(
        "All log lines of a request",
        f'filter @message like "{REQUEST_ID}" | fields @timestamp, @log, message, exception_name, api_request_id, '
        "logType, statusCode, @message | sort @timestamp asc | limit 200",
        of_functions=True,
    ),
    LogQuery(
        "Failed fields by path and error",
        "filter fieldInError = 1 | stats count(*) as failures by path.0, errors.0 | sort failures desc | limit 25",
    ),
    LogQuery(
        "Slowest requests",
        'filter logType = "RequestSummary" | fields @timestamp, requestId, latency / 1000000 as milliseconds, '
        "statusCode | sort latency desc | limit 25",
    ),
    LogQuery(
        "Requests by status",
        'filter logType = "RequestSummary" | stats count(*) as requests by statusCode, bin(5m)',
    ),
    LogQuery(
        "Errors and warnings of functions",
        'filter level in ["ERROR", "CRITICAL", "WARNING"] | fields @timestamp, service, message, exception_name, '
        "event_id | sort @timestamp desc | limit 25",
        of_api=False,
        of_functions=True,
    ),
    LogQuery(
        "Failed records by function and exception",
        'filter message = "A stream record failed" | stats count(*) as failures by service, exception_name '
        "| sort failures desc | limit 25",
        of_api=False,
        of_functions=True,
    ),
    LogQuery(
        "Duration and memory of functions",
        'filter type = "platform.report" | stats count(*) as calls, max(record.metrics.durationMs) as longest, '
        "max(record.metrics.maxMemoryUsedMB) as megabytes by @log",
        of_api=False,
        of_functions=True,
    ),
    LogQuery(
        "Invocations that timed out or crashed",
        'filter type = "platform.report" and record.status != "success" | fields @timestamp, @log, record.status',
        of_api=False,
        of_functions=True,
    ),
)
