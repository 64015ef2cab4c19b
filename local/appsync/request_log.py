"""What AppSync writes to CloudWatch Logs, as JSON lines through ``logging``: never a token, a variable or a result.

Source: "CloudWatch Logs" under "Monitoring" in the AppSync developer guide: RequestSummary, ExecutionSummary, Tracing.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from local.appsync.api import GraphqlApi

_logger: Final = logging.getLogger("appsync")
_EVERY_FIELD: Final = frozenset({"ALL", "DEBUG", "INFO"})


def log_request(
    api: GraphqlApi,
    request_id: str,
    *,
    status: int,
    duration: int,
    errors: list[str | None],
    traces: list[dict[str, Any]],
) -> None:
    """Write the lines of one request.

    Args:
        api: decides by its log level whether single fields are written.
        request_id: as in the response's ``x-amzn-requestid``.
        status: of the HTTP response.
        duration: nanoseconds.
        errors: the types of the errors in the answer.
        traces: what every resolver took, from the operation.
    """
    if not _logger.isEnabledFor(logging.INFO):
        return
    level = api.log_config.get("fieldLogLevel", "NONE")
    common = {"requestId": request_id, "graphQLAPIId": api.id}
    for trace in traces:
        if level in _EVERY_FIELD or (level == "ERROR" and trace["errors"]):
            _write({"logType": "Tracing", **common, **trace})
    _write({"logType": "RequestSummary", **common, "statusCode": status, "latency": duration, "errors": errors})


def _write(line: dict[str, Any]) -> None:
    _logger.info("%s", json.dumps(line, separators=(",", ":")))
