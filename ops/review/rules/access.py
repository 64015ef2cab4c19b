"""Changes that decide who may use the backend and its data: sign-in, origins, limits, copies, encryption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.plans import Action
from ops.review.differences import ABSENT, as_text, differences, unknown_attributes
from ops.review.rules.finding import Finding
from ops.review.rules.watched_settings import ADDED, OF_FIRST_PLANS, REMOVED, WATCHED
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.plans import Plan, ResourceChange
    from ops.review.differences import Difference

KIND = "access"
_SHOWN = 6


def access_findings(plan: Plan) -> Iterator[Finding]:
    """Yield the watched settings that change, and resources that give or limit access and are added or removed."""
    for change in plan.changes:
        if change.action is Action.ADD and change.type in ADDED:
            if not plan.is_first or change.type not in OF_FIRST_PLANS:
                yield Finding(KIND, change.address, f"{ADDED[change.type]}{_described(change)}")
        elif change.action in {Action.DESTROY, Action.FORGET} and change.type in REMOVED:
            yield Finding(KIND, change.address, REMOVED[change.type])
        elif change.action in {Action.CHANGE, Action.REPLACE}:
            yield from _changed(plan, change)


def _changed(plan: Plan, change: ResourceChange) -> Iterator[Finding]:
    watched = WATCHED.get(change.type, ())
    for difference in differences(change, plan.configured.get(change.address, {})):
        name = difference.path.split(".")[0].split("[")[0]
        if name in watched:
            yield Finding(KIND, change.address, f"{quoted(difference.path)} {_values(difference)}")
    for name in unknown_attributes(change, plan.configured.get(change.address, {})):
        if name in watched:
            yield Finding(KIND, change.address, f"{quoted(name)} changes (known after apply)")


def _values(difference: Difference) -> str:
    if difference.before == ABSENT:
        return f"adds {quoted(difference.after)}"
    if difference.after == ABSENT:
        return f"removes {quoted(difference.before)}"
    return f"changes from {quoted(difference.before)} to {quoted(difference.after)}"


def _described(change: ResourceChange) -> str:
    """Return the watched values of a new resource."""
    values = [
        f"{quoted(name)} {quoted(text)}" for name in WATCHED.get(change.type, ()) if (text := _text(change, name))
    ]
    shown = values[:_SHOWN]
    return f": {', '.join(shown)}" if shown else ""


def _text(change: ResourceChange, name: str) -> str:
    text = as_text(change.planned.get(name))
    return "" if text == ABSENT else text
