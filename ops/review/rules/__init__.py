"""The rules of the plan review, a module per kind of finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.review.rules.access import access_findings
from ops.review.rules.authorization import authorization_findings
from ops.review.rules.commands import command_findings
from ops.review.rules.data_loss import data_loss_findings
from ops.review.rules.deletion import deletion_findings
from ops.review.rules.graphql_schema import schema_findings
from ops.review.rules.indexes import index_findings
from ops.review.rules.permissions import permission_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.plans import Plan
    from ops.review.rules.finding import Finding


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the review on a subject.

    Attributes:
        kind: the kind of their findings.
        heading: the heading of the findings in a report.
        find: yields the findings of a plan.
    """

    kind: str
    heading: str
    find: Callable[[Plan], Iterator[Finding]]


RULES = (
    Rules("data loss", "Data loss", data_loss_findings),
    Rules("deletion", "Deletion and retention of data", deletion_findings),
    Rules("authorization", "Authorization", authorization_findings),
    Rules("access", "Access, limits, copies and encryption of data", access_findings),
    Rules("commands", "Commands of the apply", command_findings),
    Rules("permissions", "IAM: new permissions", permission_findings),
    Rules("indexes", "Indexes of tables with data", index_findings),
    Rules("schema", "GraphQL schema", schema_findings),
)
"""All rules, in the order of a report."""


def find(plan: Plan) -> list[Finding]:
    """Return all findings of a plan, those that block it first."""
    found = [finding for rules in RULES for finding in rules.find(plan)]
    return sorted(found, key=lambda finding: (not finding.refused, finding.kind, finding.address, finding.message))
