"""Values that more than one setting takes, with their limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""What CloudWatch Logs accepts (PutRetentionPolicy in its API reference)."""


def _accepted_by_cloudwatch(days: int) -> int:
    if days not in LOG_RETENTION_DAYS:
        raise ValueError("CloudWatch Logs does not accept this number of days")
    return days


RetentionDays = Annotated[int, AfterValidator(_accepted_by_cloudwatch)]
Region = Annotated[str, Field(pattern=r"^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d$")]
TagKey = Annotated[str, Field(pattern=r"^[\w .:/=+@-]{1,128}$")]
TagValue = Annotated[str, Field(max_length=256)]
