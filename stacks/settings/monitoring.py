"""Settings of alarms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section

TopicArn = Annotated[str, Field(pattern=r"^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$")]


class MonitoringSettings(Section):
    """Who hears of alarms."""

    alarm_topic_arns: tuple[TopicArn, ...] = Field(
        default=(),
        strict=False,
        description="list of SNS topic ARNs that hear of alarms, for example "
        '["arn:aws:sns:us-east-1:111122223333:oncall"]',
    )
    monthly_budget_dollars: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="dollars a month for all that is tagged with this application: the first topic hears of "
        "80 % that is spent and of 100 % that is to come",
    )
    warning_topic_arns: tuple[TopicArn, ...] = Field(
        default=(),
        strict=False,
        description="list of SNS topic ARNs that hear of warnings, where these are not for alarm_topic_arns",
    )
