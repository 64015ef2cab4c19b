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
        "All that one request led to",
        f'filter @message like "{REQUEST_ID}" | fields @timestamp, @log, message, exception_name, api_request_id, '
        "logType, statusCode, @message | sort @timestamp asc | limit 200",
        of_functions=True,
    ),
    LogQuery(
        "What fields fail, by path and error",
        "filter fieldInError = 1 | stats count(*) as failures by path.0, errors.0 | sort failures desc | limit 25",
    ),
    LogQuery(
        "The slowest requests",
        'filter logType = "RequestSummary" | fields @timestamp, requestId, latency / 1000000 as milliseconds, '
        "statusCode | sort latency desc | limit 25",
    ),
    LogQuery(
        "Requests by status",
        'filter logType = "RequestSummary" | stats count(*) as requests by statusCode, bin(5m)',
    ),
    LogQuery(
        "What functions say went wrong",
        'filter level in ["ERROR", "CRITICAL", "WARNING"] | fields @timestamp, service, message, exception_name, '
        "event_id | sort @timestamp desc | limit 25",
        of_api=False,
        of_functions=True,
    ),
    LogQuery(
        "Records that failed, by what they failed at",
        'filter message = "A stream record failed" | stats count(*) as failures by service, exception_name '
        "| sort failures desc | limit 25",
        of_api=False,
        of_functions=True,
    ),
    LogQuery(
        "How long functions take, and how much memory",
        'filter type = "platform.report" | stats count(*) as calls, max(record.metrics.durationMs) as longest, '
        "max(record.metrics.maxMemoryUsedMB) as megabytes by @log",
        of_api=False,
        of_functions=True,
    ),
    LogQuery(
        "Calls that were cut off",
        'filter type = "platform.report" and record.status != "success" | fields @timestamp, @log, record.status',
        of_api=False,
        of_functions=True,
    ),
)
