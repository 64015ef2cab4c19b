"""Approvals: waivers of findings that refuse a plan, for example of the loss of data in a resource.

[[approval]]
address = "aws_dynamodb_table.messages"
reason = "No message has been written yet; the sort key becomes a number. CHAT-123"
expires = 2026-12-01          # the last day (UTC) on which it is valid, at most 90 days ahead
environments = ["dev"]        # where it is valid
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from ops.review.rules.finding import Finding


_EXAMPLE_VALIDITY = timedelta(days=30)


class Approval(Waiver):
    """The approval of a refused change of one resource."""

    longest_days: ClassVar[int] = 90

    address: str = Field(min_length=1, description="the resource's address, without wildcards")
    reason: str = Field(min_length=15, description="why, in at least 15 characters")
    environments: tuple[str, ...] = Field(min_length=1, strict=False, description="where it is valid")

    @property
    def subject(self) -> str:
        """The address."""
        return self.address


def read_approvals(file: Path | None) -> tuple[Approval, ...]:
    """Read the approval file; without a file there are no approvals.

    Raises:
        OperationError: the file is not valid; the message has a line for each problem.
    """
    if file is None:
        return ()
    return read_waivers(file, Approval, "approval")


def example(address: str, environment: str, today: date) -> list[str]:
    """Return the lines of an approval that is valid from today on, with a reason to fill in."""
    return [
        "[[approval]]",
        f'address = "{address}"',
        'reason = ""  # why, in a sentence; name the backup',
        f"expires = {today + _EXAMPLE_VALIDITY}  # the last day (UTC) on which the approval is valid",
        f'environments = ["{environment}"]',
    ]


def approve(
    findings: Iterable[Finding], approvals: Iterable[Approval], *, environment: str, today: date
) -> list[Finding]:
    """Return the findings, with the reason of the valid approval if there is one.

    Args:
        findings: the findings of a plan.
        approvals: the approvals of all environments.
        environment: the environment of the plan.
        today: the current day (UTC).
    """
    valid = {
        approval.address: approval.reason
        for approval in approvals
        if environment in approval.environments and approval.is_valid(today)
    }
    return [
        replace(finding, approval_reason=valid[finding.address])
        if finding.refused and finding.address in valid
        else finding
        for finding in findings
    ]
