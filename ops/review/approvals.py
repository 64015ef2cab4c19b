"""Approvals: waivers of findings that refuse a plan, for example of the loss of data in a resource.

[[approval]]
address = "aws_dynamodb_table.messages"
changes = ["replace"]         # the approved kinds of change
reason = "No message has been written yet; the sort key becomes a number. CHAT-123"
expires = 2026-12-01          # the last day (UTC) on which it is valid, at most 90 days ahead
environments = ["dev"]        # where it is valid
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ops.review.rules.finding import RefusedChange
from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from ops.review.rules.finding import Finding


_EXAMPLE_VALIDITY = timedelta(days=30)


class Approval(Waiver):
    """The approval of refused changes of one resource."""

    longest_days: ClassVar[int] = 90

    address: str = Field(min_length=1, description="the resource's address, without wildcards")
    changes: tuple[RefusedChange, ...] = Field(min_length=1, strict=False, description="the approved kinds of change")
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


def examples(findings: Iterable[Finding], environment: str, today: date) -> list[str]:
    """Return the lines of the approvals that refused findings need, a table per resource.

    They are valid from today on, with reasons to fill in.
    """
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.blocks:
            kinds[finding.address].add(str(finding.refusal))
    return [line for address in kinds for line in _example(address, kinds[address], environment, today)]


def _example(address: str, kinds: Iterable[str], environment: str, today: date) -> list[str]:
    return [
        "[[approval]]",
        f'address = "{address}"',
        f"changes = {json.dumps(sorted(kinds))}",
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
        (approval.address, kind): approval.reason
        for approval in approvals
        for kind in approval.changes
        if environment in approval.environments and approval.is_valid(today)
    }
    return [
        replace(finding, approval_reason=valid.get((finding.address, finding.refusal))) if finding.refusal else finding
        for finding in findings
    ]
