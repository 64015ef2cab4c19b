"""Logs, metrics and traces of all functions, set up by Powertools' own environment variables.

Personal data stays out of all three: names, e-mail addresses and message contents are never logged, and handlers
capture no responses. User ids (``sub``) may be logged, since they mean nothing outside the user pool.
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

Counted = Literal[
    "AccessEnded",
    "AccountsDeleted",
    "DownloadsSigned",
    "ExportsCompleted",
    "FilesKept",
    "FilesMissing",
    "FilesRemoved",
    "NotificationsDelivered",
    "RecordsFailed",
    "SignUpsConfirmed",
    "SignUpsRefused",
    "SystemMessagesSent",
    "UploadsSigned",
    "UsersWentOffline",
]
"""What the functions count, each with the one dimension ``service``; docs/operations.md tells what it means."""

logger = Logger()
"""Service name and level come from ``POWERTOOLS_SERVICE_NAME`` and ``POWERTOOLS_LOG_LEVEL``."""

metrics = Metrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "chat"))
"""Written into the log, from which CloudWatch takes them; not at all with ``POWERTOOLS_METRICS_DISABLED``."""

tracer = Tracer()
"""Off outside of Lambda, and by ``POWERTOOLS_TRACE_DISABLED``."""

# Most calls have nothing to count, and Powertools would say so in the log.
warnings.filterwarnings("ignore", message="No application metrics to publish")


def count(name: Counted, number: int = 1) -> None:
    """Count what has happened; nothing is written where nothing has."""
    if number:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=number)


@contextmanager
def following(request_id: str | None) -> Iterator[None]:
    """Log and trace what is done inside as what one request of the API led to.

    Args:
        request_id: AppSync's id of it, which its own log has too; None where no request is known.
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
