"""The approval file: data-bearing resources that may be replaced or destroyed this once, each with a reason.

[[approval]]
address = "aws_dynamodb_table.messages"
reason = "No message has been written yet; the sort key becomes a number. CHAT-123"
expires = 2026-12-01          # the last day (UTC) on which it counts
environments = ["dev"]        # where it counts
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from ops.findings.finding import Finding


class Approval(Waiver):
    """One resource whose data may go."""

    address: str = Field(min_length=1, description="the resource's address, without wildcards")
    reason: str = Field(min_length=15, description="why, in at least 15 characters")
    environments: tuple[str, ...] = Field(min_length=1, strict=False, description="where it counts")

    @property
    def subject(self) -> str:
        """The address."""
        return self.address


def read_approvals(file: Path | None) -> tuple[Approval, ...]:
    """Read the file; None is no approval.

    Raises:
        OperationError: it cannot be used; one line for each problem.
    """
    if file is None:
        return ()
    return read_waivers(file, Approval, "approval")


def approve(
    findings: Iterable[Finding], approvals: Iterable[Approval], *, environment: str, today: date
) -> list[Finding]:
    """Return the findings with the reasons of the approvals that are for them, in this environment, and not over."""
    valid = {
        approval.address: approval.reason
        for approval in approvals
        if environment in approval.environments and approval.counts(today)
    }
    return [
        replace(one, approved_because=valid[one.address]) if one.refused and one.address in valid else one
        for one in findings
    ]
