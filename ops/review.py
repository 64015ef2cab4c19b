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

_UNNAMED = "this environment"


def review(plan: Plan, approvals: tuple[Approval, ...], environment: str) -> Review:
    """Review a plan with the approvals that are valid today."""
    findings = approve(find(plan), approvals, environment=environment, today=datetime.now(UTC).date())
    return Review(environment, plan, findings, cost_change(plan))


def environment_of(plan: Plan) -> str:
    """Return the environment of a plan, from the stack's workspace check."""
    guards = plan.document.get("planned_values", {}).get("root_module", {}).get("resources", [])
    for resource in guards:
        if resource["address"] == "terraform_data.workspace":
            return str((resource["values"].get("input") or {}).get("environment", _UNNAMED))
    return _UNNAMED
