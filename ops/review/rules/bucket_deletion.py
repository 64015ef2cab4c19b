"""Objects and versions in buckets that are deleted earlier, or at all, after a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.plans import UNKNOWN, nested
from ops.review.differences import as_text
from ops.review.rules.finding import Finding
from ops.review.rules.retention import KIND, days_text
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.plans import ResourceChange

_DELETING = {"expiration": "objects", "noncurrent_version_expiration": "replaced versions"}
"""Blocks of a lifecycle rule that delete -> what they delete."""
_TIMES = ("days", "noncurrent_days", "date")
"""Arguments of these blocks with the time of the deletion."""


@dataclass(frozen=True, slots=True)
class _Expiry:
    """What a lifecycle rule deletes, and when.

    Attributes:
        what: objects or replaced versions.
        days: the days until deletion; 0 if a date is set.
        date: the date of deletion; empty if days are set.
        kept: the number of newest replaced versions that stay.
        filters: the arguments that limit the rule, for example its prefix; empty for every object.
    """

    what: str
    days: int
    date: str
    kept: int
    filters: dict[str, Any]

    @property
    def text(self) -> str:
        """The deletion in words."""
        when = f"on {self.date}" if self.date else f"after {days_text(self.days)}"
        return f"deletes {self.what} {when}{f', except the newest {self.kept}' if self.kept else ''}"

    @property
    def scope(self) -> str:
        """The objects to which the rule applies."""
        if not self.filters:
            return "every object"
        return quoted(self.filters["prefix"] if self.filters.keys() == {"prefix"} else as_text(self.filters))

    def deletes_more_than(self, old: _Expiry) -> bool:
        """Return whether the rule deletes earlier than before, or what it kept before."""
        if self.days < old.days or self.date != old.date or self.kept < old.kept:
            return True
        return not self._is_part_of(old)

    def _is_part_of(self, old: _Expiry) -> bool:
        others, old_others = (
            {name: value for name, value in side.filters.items() if name != "prefix"} for side in (self, old)
        )
        prefix, old_prefix = (str(side.filters.get("prefix", "")) for side in (self, old))
        return prefix.startswith(old_prefix) and old_others in ({}, others)


def lifecycle_findings(change: ResourceChange) -> Iterator[Finding]:
    """Yield the rules that delete more or earlier than before, and those that are gone."""
    if change.planned.get("rule") == UNKNOWN:
        yield Finding(KIND, change.address, "has rules that are known after apply only: check the code")
        return
    before, after = (_rules(side) for side in (change.before, change.after))
    for (name, block), rule in after.items():
        old = before.get((name, block))
        if old is None:
            scope = "" if not rule.filters else f", only {rule.scope}"
            yield Finding(KIND, change.address, f"rule {quoted(name)} {rule.text}{scope}, also existing ones")
        elif rule.deletes_more_than(old):
            yield Finding(KIND, change.address, f"rule {quoted(name)} {_instead(rule, old)}, also existing ones")
    is_known = not any(map(_is_unknown, change.planned.get("rule") or []))
    for name, block in sorted(before.keys() - after.keys()):
        text = f"no longer has the rule {quoted(name)}: these {_DELETING[block]} do not expire"
        unknown = f"changes its rules, of which a part is known after apply only: check {quoted(name)} in the code"
        yield Finding(KIND, change.address, text if is_known else unknown)


def _is_unknown(rule: dict[str, Any]) -> bool:
    """Return whether it is known after apply only what a rule deletes, and when."""
    blocks = [rule.get(name) for name in _DELETING]
    times = [nested(block).get(name) for block in blocks for name in _TIMES]
    return UNKNOWN in (rule.get("id"), rule.get("status"), *blocks, *times)


def _instead(rule: _Expiry, old: _Expiry) -> str:
    parts = []
    if rule.text != old.text:
        was = old.text.removeprefix(f"deletes {old.what} ").removeprefix("after ")
        parts.append(f"{rule.text} instead of {was}")
    if rule.filters != old.filters:
        verb = "applies to" if parts else f"{rule.text}, and applies to"
        parts.append(f"{verb} {rule.scope} instead of {old.scope}")
    return ", and ".join(parts)


def _rules(side: dict[str, Any]) -> dict[tuple[str, str], _Expiry]:
    """Return what each block of the enabled rules deletes, by the rule's id and the name of the block."""
    found = {}
    for rule in side.get("rule") or []:
        for name, what in _DELETING.items():
            block = nested(rule.get(name))
            days = int(block.get("days") or block.get("noncurrent_days") or 0)
            date = str(block.get("date") or "")
            if (days or date) and rule.get("status") == "Enabled":
                kept = int(block.get("newer_noncurrent_versions") or 0)
                found[str(rule.get("id")), name] = _Expiry(what, days, date, kept, _filters(rule))
    return found


def _filters(rule: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that limit a rule, with those of the block ``and``; empty values limit nothing."""
    block = dict(nested(rule.get("filter")))
    values = {"prefix": rule.get("prefix"), **block, **nested(block.pop("and", None))}
    return {name: value for name, value in values.items() if name != "and" and value}


def versioning_findings(change: ResourceChange) -> Iterator[Finding]:
    """Yield the end of a bucket's versioning."""
    before, after = (
        nested(side.get("versioning_configuration")).get("status") for side in (change.before, change.after)
    )
    if before == "Enabled" and after != "Enabled":
        yield Finding(KIND, change.address, "no longer keeps versions: a deleted or replaced object is lost")
