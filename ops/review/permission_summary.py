"""The permissions of a new role in short: ordinary ones by service, all others in full."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.review.rules.finding import Finding


def split(findings: Sequence[Finding]) -> tuple[str, list[Finding]]:
    """Return a summary of the narrow grants of a new role or resource, and all other findings, which it does not cover.

    A grant is narrow if it names its action, its resource and, in a trust or resource policy, an AWS service.
    """
    narrow = [finding for finding in findings if finding.grants and all(grant.is_narrow for grant in finding.grants)]
    allowed = [grant for finding in narrow for grant in finding.grants]
    trusted = ", ".join(f"`{service}`" for service in sorted({grant.service for grant in allowed} - {""}))
    actions = Counter(grant.action.partition(":")[0].lower() for grant in allowed)
    counts = ", ".join(f"{service} ({count})" for service, count in sorted(actions.items()) if service != "sts")
    summary = f"(new{f', for {trusted}' if trusted else ''}){f' may call {counts}' if counts else ''}"
    return summary, [finding for finding in findings if finding not in narrow]
