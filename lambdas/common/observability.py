"""Logs, metrics and traces of all functions, configured by Powertools' environment variables.

None of them has personal data: names, e-mail addresses and message contents are not logged, and handlers do not capture
responses. User ids (``sub``) may be logged: they have no meaning outside the user pool.
"""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from collections.abc import Iterator

MetricName = Literal[
    "AccessEnded",
    "AccountsDeleted",
    "DownloadsSigned",
    "ExportsCompleted",
    "FilesKept",
    "FilesMissing",
    "FilesRemoved",
    "NotificationsDelivered",
    "ProfilesFailed",
    "RecordsFailed",
    "SignUpsConfirmed",
    "SignUpsRefused",
    "SystemMessagesSent",
    "UploadsSigned",
    "UsersWentOffline",
]
"""Metrics of the functions, with the dimension ``service``. docs/operations.md describes them."""

logger = Logger()
"""Service name and level come from ``POWERTOOLS_SERVICE_NAME`` and ``POWERTOOLS_LOG_LEVEL``."""

metrics = Metrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "chat"))
"""Written to the log in CloudWatch's embedded metric format, unless ``POWERTOOLS_METRICS_DISABLED`` is true."""

tracer = Tracer()
"""Disabled outside of Lambda, and with ``POWERTOOLS_TRACE_DISABLED``."""

# Most invocations emit no metric, which Powertools would log as a warning.
warnings.filterwarnings("ignore", message="No application metrics to publish")


def count(name: MetricName, number: int = 1) -> None:
    """Add to a metric; does nothing if the number is 0."""
    if number:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=number)


@contextmanager
def correlation_scope(request_id: str | None) -> Iterator[None]:
    """Set the correlation id of logs and traces inside the ``with`` block.

    Args:
        request_id: AppSync's id of the request that caused the work, as in the API's log; None if there is none.
    """
    logger.set_correlation_id(request_id)
    try:
        if request_id is None or tracer.disabled:
            yield
            return
        with tracer.provider.in_subsegment(name="## request") as subsegment:
            subsegment.put_annotation(key="request_id", value=request_id)
            yield
    finally:
        logger.set_correlation_id(None)
