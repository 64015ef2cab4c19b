"""Indexes that a plan adds to, rebuilds on or drops from an existing table, with the duration and cost of the build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.cost.change import prices_of
from ops.plans import Action
from ops.review.rules.finding import Finding
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.cost.prices import PriceList
    from ops.plans import Plan

KIND = "indexes"
WRITES_PER_SECOND = 4_000
"""Write units per second of a new on-demand index (DynamoDB developer guide, "On-demand capacity mode")."""
_UNITS_PER_GB = 1024 * 1024
"""Write units for items of 1 KB. Smaller items need a unit each, so that a GB of them costs more."""
_KEPT = ("hash_key", "range_key", "projection_type", "non_key_attributes")
"""Attributes that DynamoDB cannot change: another value drops the index and builds it again."""


def index_findings(plan: Plan) -> Iterator[Finding]:
    """Yield every index of an existing table that is built or dropped."""
    prices = None
    for change in plan.changes:
        if change.type != "aws_dynamodb_table" or change.action is not Action.CHANGE:
            continue
        before, after = (_indexes(side) for side in (change.before, change.planned))
        for name in sorted(before.keys() | after.keys()):
            text = _text(name, before.get(name), after.get(name))
            if text is None:
                continue
            if name in after:
                prices = prices or prices_of(plan)
                text = f"{text}. {_build(prices)}"
            yield Finding(KIND, change.address, text)


def _indexes(side: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    blocks = side.get("global_secondary_index")
    return {str(block.get("name")): block for block in blocks or [] if isinstance(block, dict)}


def _text(name: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> str | None:
    if before is None and after is not None:
        return f"builds the new index {quoted(name)} ({_keys(after)}): queries of it fail until it is complete"
    if before is not None and after is None:
        return f"drops the index {quoted(name)} ({_keys(before)}): queries of it fail from then on"
    if before is None or after is None or all(_value(before, key) == _value(after, key) for key in _KEPT):
        return None
    return (
        f"drops the index {quoted(name)} and builds it again, from {_keys(before)} to {_keys(after)}: "
        "queries of it fail until it is complete"
    )


def _value(index: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - JSON
    value = index.get(key)
    return sorted(value) if isinstance(value, list) else value or None


def _keys(index: dict[str, Any]) -> str:
    keys = ", ".join(filter(None, (index.get("hash_key"), index.get("range_key"))))
    return quoted(f"{keys}; {index.get('projection_type')}")


def _build(prices: PriceList) -> str:
    minutes = _UNITS_PER_GB / WRITES_PER_SECOND / 60
    dollars = prices.dollars("dynamodb_writes", _UNITS_PER_GB)
    return (
        f"For each GB that it contains, the build takes about {minutes:.0f} minutes and costs about "
        f"${dollars:.2f} in items of 1 KB, at least a few minutes in total"
    )
