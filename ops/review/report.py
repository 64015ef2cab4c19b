"""The plan review: as Markdown for a GitHub comment or job summary, as text for a terminal, or as JSON."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ops.cost.change import cost_lines
from ops.plans import Action
from ops.review.approvals import examples
from ops.review.changed_values import changed_outputs, changed_values, output_values, values_of
from ops.review.folded import Fold, markdown, text
from ops.review.new_resources import new_resources
from ops.review.permission_summary import split
from ops.review.rules import RULES
from ops.sanitize import fenced, sanitize, truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.change import CostChange
    from ops.plans import Plan
    from ops.review.folded import Line
    from ops.review.rules.finding import Finding

COMMENT_LIMIT = 65_536
"""Maximum length of a GitHub comment in characters."""
SUMMARY_LIMIT = 1_048_576
"""Maximum size of the job summary of one step in bytes (GitHub documentation, "Workflow commands")."""
_MARKER_ROOM = 136
"""Characters reserved for the marker with which the workflow finds its comment."""
_VISIBLE = 150
"""Lines before everything else is folded."""
_VISIBLE_FINDINGS = 30
"""Lines with findings of one kind before the others are folded."""
_LONGEST_LINE = 600
"""Characters of a visible line; the complete text is folded."""
_COMPLETE_LINES = "Complete text of long lines"
_NAMED = 4
_COMMAND = "`python -m ops review --plan-json FILE --record FILE --format text`"
_COMPLETE = f"Complete review: the summary of the workflow run, or {_COMMAND}."
_COMPLETE_TEXT = f"Complete review: {_COMMAND}."
_ORDER = (
    Action.DESTROY,
    Action.REPLACE,
    Action.FORGET,
    Action.CHANGE,
    Action.ADD,
    Action.IMPORT,
    Action.MOVE,
)


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
                    "values": [asdict(value) for value in values_of(self.plan, change)],
                    "replaced_by": list(change.replaced_by),
                    "moved_from": change.moved_from,
                }
                for change in self.plan.changes
            ],
            "outputs": list(self.plan.output_changes),
            "output_values": [asdict(value) for value in output_values(self.plan)],
            "findings": [_document(finding) for finding in self.findings],
            "cost": self.cost.document(),
        }

    def markdown(self, limit: int = COMMENT_LIMIT) -> str:
        """Return the review for a GitHub comment. If it is too long, a notice after the title reports the cut.

        Args:
            limit: the maximum length in UTF-16 code units, which are at least as many as characters.
        """
        return markdown(self._title(), self._lines(), limit - _MARKER_ROOM, _utf16_length, _COMPLETE)

    def summary(self, limit: int = SUMMARY_LIMIT) -> str:
        """Return the review for a GitHub job summary.

        Args:
            limit: the maximum size in bytes.
        """
        return markdown(self._title(), self._lines(), limit, _utf8_length, _COMPLETE_TEXT)

    def text(self) -> str:
        """Return the complete review for a terminal."""
        return text(self._title(), self._lines())

    def _title(self) -> str:
        return f"## Plan for {self.environment}: {self._result()}"

    def _lines(self) -> list[Line]:
        """Return the lines, the most important first."""
        lines: list[Line] = ["", self._counts()]
        refused = [finding for finding in self.findings if finding.blocks]
        if refused:
            lines += self._refusals(refused)
        for rules in RULES:
            of_kind = [finding for finding in self.findings if finding.kind == rules.kind and not finding.blocks]
            if of_kind:
                lines += ["", f"### {rules.heading}", "", *_bullets(of_kind, rules.heading)]
        lines += changed_values(self.plan)
        lines += cost_lines(self.cost)
        lines += new_resources(self.plan)
        lines += changed_outputs(self.plan)
        return _bounded(_with_short_lines(lines))

    def _result(self) -> str:
        if self.is_refused:
            return "refused"
        return "no changes" if self.plan.is_empty else "may be applied"

    def _counts(self) -> str:
        counts = [f"**{self.plan.count(action)}** to {action.value}" for action in _ORDER if self.plan.count(action)]
        if self.plan.output_changes:
            counts.append(f"{len(self.plan.output_changes)} outputs")
        return f"{', '.join(counts) or 'No changes'}."

    def _refusals(self, refused: list[Finding]) -> Iterator[Line]:
        yield from ("", "### Refused: needs an approval", "")
        yield from _bullets(refused, "Refused")
        yield from (
            "",
            "If this is intended, back up the data, add the entries to the approval file, and review again.",
        )
        today = datetime.now(UTC).date()
        entries = "\n".join(examples(refused, self.environment, today))
        yield Fold("Entries for the approval file", tuple(fenced(entries, "toml")))


def _document(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON; its message contains the grants."""
    return {**{name: value for name, value in asdict(finding).items() if name != "grants"}, "refused": finding.refused}


def _with_short_lines(lines: list[Line]) -> list[Line]:
    """Truncate long lines, and fold their complete text at the end of their section."""
    found: list[Line] = []
    complete: list[str] = []
    bullet = ""
    for line in lines:
        if isinstance(line, Fold):
            found.append(line)
            continue
        if complete and line.startswith("### "):
            found.insert(-1, Fold(_COMPLETE_LINES, tuple(complete)))
            complete = []
        is_inner = line.startswith("  - ")
        bullet = bullet if is_inner else line
        is_long = len(line) > _LONGEST_LINE
        complete += [text for text in dict.fromkeys((bullet, line)) if is_long and text not in complete]
        found.append(f"{truncated(line, _LONGEST_LINE)} (complete below)" if is_long else line)
    return [*found, Fold(_COMPLETE_LINES, tuple(complete))] if complete else found


def _bounded(lines: list[Line]) -> list[Line]:
    """Fold the lines after the first 150, so that the most important ones fit on a page."""
    visible = [place for place, line in enumerate(lines) if isinstance(line, str)]
    if len(visible) < _VISIBLE:
        return lines
    end = visible[_VISIBLE - 2]
    rest = [line for line in lines[end:] if isinstance(line, str)]
    folds = [line for line in lines[end:] if isinstance(line, Fold)]
    return [*lines[:end], Fold(f"{len(rest)} more lines", tuple(rest)), *folds]


def _bullets(findings: list[Finding], heading: str) -> Iterator[Line]:
    """Yield the findings by resource; resources with the same findings share a line."""
    by_owner: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_owner[finding.owner or finding.address].append(finding)
    sharing: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    summaries: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    details: list[str] = []
    for owner, of_owner in by_owner.items():
        messages = _messages(of_owner)
        if of_owner[0].is_new and len(messages) > 1:
            details += _bullet([owner], messages)
            summary, others = split(of_owner)
            summaries[summary,].append(owner)
            for message in _messages(others):
                sharing[message,].append(owner)
        else:
            sharing[messages].append(owner)
    sharing |= summaries
    lines = [line for messages, owners in sharing.items() for line in _bullet(owners, messages)]
    yield from lines[:_VISIBLE_FINDINGS]
    if len(lines) > _VISIBLE_FINDINGS:
        yield Fold(f"{len(lines) - _VISIBLE_FINDINGS} more lines: {heading}", tuple(lines[_VISIBLE_FINDINGS:]))
    for owners in sharing.values():
        if len(owners) > _NAMED:
            yield Fold(f"{heading}: all {len(owners)} resources", tuple(f"- `{owner}`" for owner in owners))
    if details:
        yield Fold(f"{heading}, in full", tuple(details))


def _bullet(owners: list[str], messages: tuple[str, ...]) -> list[str]:
    more = f" and {len(owners) - _NAMED} more" if len(owners) > _NAMED else ""
    named = ", ".join(f"`{owner}`" for owner in owners[:_NAMED]) + more
    if len(messages) == 1:
        return [f"- {named} {messages[0]}."]
    return [f"- {named}", *(f"  - {message}." for message in messages)]


def _messages(findings: list[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_message, findings)))


def _message(finding: Finding) -> str:
    approved = f". Approved: {sanitize(finding.approval_reason)}" if finding.approval_reason else ""
    return f"{sanitize(finding.message.rstrip('.'))}{approved}"


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _utf8_length(text: str) -> int:
    return len(text.encode())
