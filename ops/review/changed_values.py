"""The section of the review with the values that change, equal changes of several resources together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ops.plans import SENSITIVE, Action
from ops.review.differences import ABSENT, Difference, differences, output_differences, unknown_attributes
from ops.review.folded import Fold
from ops.sanitize import fenced, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.plans import Plan, ResourceChange
    from ops.review.folded import Line

_NAMED = 3
"""Resources that a line names; the others are in the folded details."""
_VISIBLE = 60
"""Lines before the rest is folded."""
_ACTIONS = {
    Action.CHANGE: "changes",
    Action.REPLACE: "is **replaced**",
    Action.DESTROY: "is **destroyed**",
    Action.FORGET: "is no longer managed",
    Action.IMPORT: "is imported",
    Action.MOVE: "is renamed",
}


def values_of(plan: Plan, change: ResourceChange) -> list[Difference]:
    """Return the changed values of a resource, without any sensitive text of the plan."""
    found = differences(change, plan.configured.get(change.address, {}))
    return [_redacted(difference, plan.secrets) for difference in found]


def _redacted(found: Difference, secrets: frozenset[str]) -> Difference:
    return Difference(found.path, redacted(found.before, secrets), redacted(found.after, secrets))


def redacted(text: str, secrets: frozenset[str]) -> str:
    """Return a text with ``(sensitive)`` in the place of each sensitive text."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, SENSITIVE)
    return text


def changed_values(plan: Plan) -> Iterator[Line]:
    """Yield the lines of the section; nothing if the plan only adds resources."""
    changes = [change for change in plan.changes if change.action is not Action.ADD]
    if not changes:
        return
    yield from ("", "### Changes", "")
    lines = list(_ends(changes))
    details: list[Line] = []
    for addresses, group in _groups(plan, changes).items():
        lines.append(f"- {_names(addresses)} {'changes' if len(addresses) == 1 else 'change'}:")
        for difference in group:
            lines.append(f"  - {_line(difference)}")
            if difference.is_long:
                details.append(_diff(addresses, difference))
        if len(addresses) > _NAMED:
            details.append(Fold(f"All {len(addresses)} resources with this change: {group[0].path}", _list(addresses)))
    lines += _unknown(plan, changes)
    yield from lines[:_VISIBLE]
    if len(lines) > _VISIBLE:
        yield Fold(f"{len(lines) - _VISIBLE} more lines of changes", tuple(lines[_VISIBLE:]))
    yield from details


def output_values(plan: Plan) -> list[Difference]:
    """Return the changed values of the outputs, without any sensitive text of the plan."""
    return [_redacted(difference, plan.secrets) for difference in output_differences(plan)]


def changed_outputs(plan: Plan) -> Iterator[Line]:
    """Yield the lines of the section with outputs that change or are removed; new ones are folded."""
    found = output_values(plan)
    changed = [difference for difference in found if difference.before != ABSENT]
    if changed:
        yield from ("", "### Outputs", "", *(f"- {_line(difference)}" for difference in changed))
        yield from (_diff(["output"], difference) for difference in changed if difference.is_long)
    new = [f"- {quoted(found.path)}: {quoted(found.after)}" for found in found if found.before == ABSENT]
    if new:
        yield Fold(f"{len(new)} new {'output' if len(new) == 1 else 'outputs'}", tuple(new))


def _ends(changes: Sequence[ResourceChange]) -> Iterator[str]:
    """Yield a line for each resource that does not stay as it is, apart from its values."""
    for change in changes:
        if change.action is Action.CHANGE and not change.moved_from:
            continue
        text = f"- `{change.address}` {_ACTIONS[change.action]}"
        if change.action is Action.REPLACE:
            cause = ", ".join(change.replaced_by) or change.reason.replace("_", " ") or "its own action"
            text += f" because of {quoted(cause)}"
        elif change.action is Action.DESTROY and change.reason:
            text += f": {change.reason.removeprefix('delete_because_').replace('_', ' ')}"
        yield f"{text}, was `{change.moved_from}`" if change.moved_from else text


def _groups(plan: Plan, changes: Sequence[ResourceChange]) -> dict[tuple[str, ...], list[Difference]]:
    """Return the differences by the resources that have them, in the order of the plan."""
    users: defaultdict[Difference, list[str]] = defaultdict(list)
    for change in changes:
        for difference in values_of(plan, change):
            users[difference].append(change.address)
    groups: defaultdict[tuple[str, ...], list[Difference]] = defaultdict(list)
    for difference, addresses in users.items():
        groups[tuple(addresses)].append(difference)
    return dict(groups)


def _names(addresses: Sequence[str]) -> str:
    named = ", ".join(f"`{address}`" for address in addresses[:_NAMED])
    more = len(addresses) - _NAMED
    return f"{named} and {more} more resources" if more > 0 else named


def _list(addresses: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"- `{address}`" for address in addresses)


def _line(difference: Difference) -> str:
    if difference.is_long:
        lines = difference.diff.splitlines()
        added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        return f"{quoted(difference.path)}: {_lines(removed)} removed, {_lines(added)} added, see the diff below"
    if difference.before == ABSENT:
        return f"{quoted(difference.path)}: adds {quoted(difference.after)}"
    if difference.after == ABSENT:
        return f"{quoted(difference.path)}: removes {quoted(difference.before)}"
    return f"{quoted(difference.path)}: {quoted(difference.before)} → {quoted(difference.after)}"


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _diff(addresses: Sequence[str], difference: Difference) -> Fold:
    others = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    return Fold(f"{addresses[0]}{others}: {difference.path}", tuple(fenced(difference.diff, "diff")))


def _unknown(plan: Plan, changes: Sequence[ResourceChange]) -> Iterator[str]:
    """Yield a line for each set of attributes that AWS computes."""
    users: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for change in changes:
        names = unknown_attributes(change, plan.configured.get(change.address, {}))
        if names and change.action in {Action.CHANGE, Action.REPLACE}:
            users[tuple(names)].append(change.address)
    for attributes, addresses in users.items():
        yield f"- {_names(addresses)}: known after apply: {', '.join(map(quoted, attributes))}"
