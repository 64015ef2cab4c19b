"""Summarize a plan for its reviewer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.approvals import Approval, approve
from ops.cost.change import cost_change
from ops.report import Review
from ops.review_rules import find

if TYPE_CHECKING:
    from ops.plans import Plan


def review(plan: Plan, approvals: tuple[Approval, ...], environment: str) -> Review:
    """Review a plan with the approvals that are valid today."""
    findings = approve(find(plan), approvals, environment=environment, today=datetime.now(UTC).date())
    return Review(environment, plan, findings, cost_change(plan))
