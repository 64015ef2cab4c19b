"""Summarize a plan for its reviewer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.cost.change import cost_change
from ops.review.approvals import Approval, approve
from ops.review.changed_values import redacted
from ops.review.report import Review
from ops.review.rules import find

if TYPE_CHECKING:
    from ops.plans import Plan


def review(plan: Plan, approvals: tuple[Approval, ...], environment: str) -> Review:
    """Review a plan with the approvals that are valid today."""
    found = [replace(finding, message=redacted(finding.message, plan.secrets)) for finding in find(plan)]
    findings = approve(found, approvals, environment=environment, today=datetime.now(UTC).date())
    return Review(environment, plan, findings, cost_change(plan))
