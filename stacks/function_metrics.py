"""What the functions count of their own work, where ``enable_detailed_monitoring`` pays for it.

They write it into their logs in CloudWatch's embedded metric format, by Powertools; each is a metric of its own on the
bill, with the one dimension ``service``.
"""

from __future__ import annotations

FUNCTION_METRICS: dict[str, tuple[str, ...]] = {
    "attachments": ("UploadsSigned", "DownloadsSigned"),
    "message_events": ("FilesKept", "FilesRemoved", "FilesMissing", "RecordsFailed"),
    "notifications": ("NotificationsDelivered", "RecordsFailed"),
    "post_confirmation": ("SignUpsConfirmed",),
    "pre_sign_up": ("SignUpsRefused",),
    "presence_sweep": ("UsersWentOffline",),
    "privacy": ("ExportsCompleted", "AccountsDeleted", "RecordsFailed"),
    "room_events": ("SystemMessagesSent", "AccessEnded", "RecordsFailed"),
}
"""Names of metrics by function; those of ``lambdas/common/observability.py``."""


def service_name(function: str) -> str:
    """Return the name under which a function logs and counts."""
    return function.replace("_", "-")
