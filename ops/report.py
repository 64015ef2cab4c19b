"""The plan review as Markdown that fits in one GitHub comment, or as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ops.approvals import example
from ops.cost.change import cost_lines
from ops.plans import Action
from ops.review_rules import RULES
from ops.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.change import CostChange
    from ops.plans import Plan, ResourceChange
    from ops.review_rules.finding import Finding

COMMENT_LIMIT = 65_535
"""Maximum length of a GitHub comment in characters (hashicorp/setup-terraform, README)."""
_ORDER = (
    Action.DESTROY,
    Action.REPLACE,
    Action.FORGET,
    Action.CHANGE,
    Action.ADD,
    Action.IMPORT,
    Action.MOVE,
)
_SUMMARY_ROOM = 300
"""Characters reserved for the notice of truncation."""


@dataclass(frozen=True)
class Review:
    """A reviewed plan.

    Attributes:
        environment: the environment of the plan.
        plan: the plan.
        findings: the findings, with approvals.
        cost: the change of the monthly cost.
    """

    environment: str
    plan: Plan
    findings: list[Finding]
    cost: CostChange

    @property
    def is_refused(self) -> bool:
        """Whether a finding blocks the plan."""
        return any(finding.blocks for finding in self.findings)

    def document(self) -> dict[str, Any]:
        """Return the review as JSON: environment, refused, counts, changes, outputs, findings, cost."""
        return {
            "environment": self.environment,
            "refused": self.is_refused,
            "counts": {action.value: self.plan.count(action) for action in _ORDER},
            "changes": [
                {
                    "address": change.address,
                    "action": change.action.value,
                    "attributes": list(change.attributes),
                    "replaced_by": list(change.replaced_by),
                    "moved_from": change.moved_from,
                }
                for change in self.plan.changes
            ],
            "outputs": list(self.plan.output_changes),
            "findings": [asdict(finding) for finding in self.findings],
            "cost": self.cost.document(),
        }

    def markdown(self, limit: int = COMMENT_LIMIT) -> str:
        """Return the review as Markdown; longer text than ``limit`` characters is truncated, with a notice."""
        lines = list(self._lines())
        kept: list[str] = []
        room = limit - _SUMMARY_ROOM
        for line in lines:
            room -= len(line) + 1
            if room < 0:
                missing = len(lines) - len(kept)
                kept += ["", f"**Truncated:** {missing} more lines do not fit in {limit:,} characters. "]
                kept[-1] += "Complete review: `python -m ops review --plan-json FILE --format json`."
                break
            kept.append(line)
        return "\n".join(kept) + "\n"

    def _lines(self) -> Iterator[str]:
        """Yield the lines, the most important first, because the end may be truncated."""
        yield f"## Plan for {self.environment}: {self._result()}"
        yield ""
        yield self._counts()
        refused = [finding for finding in self.findings if finding.blocks]
        if refused:
            yield from self._refusals(refused)
        for rules in RULES:
            of_kind = [finding for finding in self.findings if finding.kind == rules.kind and not finding.blocks]
            if of_kind:
                yield from ("", f"### {rules.heading}", "")
                yield from (_bullet(finding) for finding in of_kind)
        yield from cost_lines(self.cost)
        yield from self._tables()

    def _result(self) -> str:
        if self.is_refused:
            return "refused"
        return "no changes" if self.plan.is_empty else "may be applied"

    def _counts(self) -> str:
        counts = [f"**{self.plan.count(action)}** to {action.value}" for action in _ORDER if self.plan.count(action)]
        if self.plan.output_changes:
            counts.append(f"outputs: {', '.join(self.plan.output_changes)}")
        return f"{', '.join(counts) or 'No changes'}."

    def _refusals(self, refused: list[Finding]) -> Iterator[str]:
        yield from ("", "### Refused: needs an approval", "")
        yield from (_bullet(finding) for finding in refused)
        yield from (
            "",
            "If this is intended, back up the data, add each resource to the approval file, and review again:",
            "",
            "```toml",
        )
        today = datetime.now(UTC).date()
        for finding in refused:
            yield from example(finding.address, self.environment, today)
        yield "```"

    def _tables(self) -> Iterator[str]:
        for action in _ORDER:
            changes = [change for change in self.plan.changes if change.action is action]
            if not changes:
                continue
            yield from ("", f"<details{' open' if action is not Action.ADD else ''}>", "")
            yield f"<summary>{len(changes)} to {action.value}</summary>"
            yield from ("", "| resource | change |", "| --- | --- |")
            yield from (_row(change) for change in changes)
            yield from ("", "</details>")


def _bullet(finding: Finding) -> str:
    approved = f" Approved: {sanitize(finding.approval_reason)}" if finding.approval_reason else ""
    return f"- `{finding.address}` {sanitize(finding.message.rstrip('.'))}.{approved}"


def _row(change: ResourceChange) -> str:
    text = ", ".join(change.attributes)
    if change.action is Action.REPLACE:
        text = f"because of {', '.join(change.replaced_by) or change.reason or 'its own action'}"
    elif change.action is Action.DESTROY and change.reason:
        text = change.reason.removeprefix("delete_because_").replace("_", " ")
    if change.moved_from:
        text = f"was `{change.moved_from}`{f'; {text}' if text else ''}"
    return f"| `{change.address}` | {sanitize(text)} |"
