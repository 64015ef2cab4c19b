"""What a reviewer must not overlook in a plan, one kind a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.findings.authorization import authorization_findings
from ops.findings.data_loss import data_loss_findings
from ops.findings.graphql_schema import schema_findings
from ops.findings.permissions import permission_findings

if TYPE_CHECKING:
    from ops.findings.finding import Finding
    from ops.plans import Plan


def find(plan: Plan) -> list[Finding]:
    """Return everything that is worth calling out, what is refused first."""
    found = [
        finding
        for kind in (data_loss_findings, authorization_findings, permission_findings, schema_findings)
        for finding in kind(plan)
    ]
    return sorted(found, key=lambda finding: (not finding.refused, finding.kind, finding.address, finding.message))
