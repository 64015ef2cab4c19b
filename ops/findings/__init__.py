"""What a reviewer must not overlook in a plan, one kind a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.findings.authorization import authorization_findings
from ops.findings.data_loss import data_loss_findings
from ops.findings.graphql_schema import schema_findings
from ops.findings.permissions import permission_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.findings.finding import Finding
    from ops.plans import Plan


@dataclass(frozen=True, slots=True)
class Rules:
    """The review's rules on one subject.

    Attributes:
        kind: of their findings.
        heading: of these findings in a report.
        find: yields them for a plan.
    """

    kind: str
    heading: str
    find: Callable[[Plan], Iterator[Finding]]


RULES = (
    Rules("data loss", "Data", data_loss_findings),
    Rules("authorization", "Who is let in", authorization_findings),
    Rules("permissions", "IAM: new permissions", permission_findings),
    Rules("schema", "GraphQL schema", schema_findings),
)
"""In the order of a report."""


def find(plan: Plan) -> list[Finding]:
    """Return everything that is worth calling out, what is refused first."""
    found = [finding for rules in RULES for finding in rules.find(plan)]
    return sorted(found, key=lambda finding: (not finding.refused, finding.kind, finding.address, finding.message))
