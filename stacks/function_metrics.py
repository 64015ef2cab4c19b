"""Metrics that the functions emit with ``enable_detailed_monitoring``.

Powertools writes them to the log in CloudWatch's embedded metric format. Each name is a separate metric on the bill,
with ``service`` as its only dimension.
"""

from __future__ import annotations

from stacks.background.functions import BACKGROUND_FUNCTIONS

FUNCTION_METRICS: dict[str, tuple[str, ...]] = {
    "attachments": ("UploadsSigned", "DownloadsSigned"),
    "post_confirmation": ("SignUpsConfirmed", "ProfilesFailed"),
    "pre_sign_up": ("SignUpsRefused",),
    **{
        definition.name: (*definition.metrics, *(["RecordsFailed"] if definition.streams else []))
        for definition in BACKGROUND_FUNCTIONS
    },
}
"""Metric names by function."""
