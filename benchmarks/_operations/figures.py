"""The measured figures as a file: what documents, estimates of cost and the tests of budgets go by."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks._operations.case import Case, Units
    from benchmarks._operations.measuring import Measurements
    from tests.helpers.graphql_client import Metered

FILE = Path(__file__).resolve().parents[1] / "operations.json"
Figures = dict[str, dict[str, dict[str, Any]]]
"""By operation and the case's name: what the case costs, its floor and budget, and what it grows with."""


def figures_of(measured: Measurements) -> Figures:
    """The figures of every case.

    Raises:
        ValueError: a case does not cost the same in rooms of every size.
    """
    found: Figures = {}
    for case, by_size in measured.items():
        costs = {measurement.cost for measurement in by_size.values()}
        if len(costs) != 1:
            raise ValueError(f"{case.operation}, {case.name}: not the same in every room")
        found.setdefault(case.operation, {})[case.name] = _figure(case, costs.pop())
    return dict(sorted(found.items()))


def over_budget(case: Case, cost: Metered) -> bool:
    """Tell whether a cost is above the case's budget, or calls a function where the design allows none."""
    if case.budget is None:
        return False
    limits = ((cost.write_units, case.budget.write_units), (cost.read_units, case.budget.read_units))
    return cost.function_invocations > 0 or any(limit is not None and value > limit for value, limit in limits)


def load() -> Figures:
    """Read the committed figures."""
    figures: Figures = json.loads(FILE.read_text(encoding="utf-8"))["operations"]
    return figures


def write(measured: Measurements) -> None:
    """Write the figures.

    Raises:
        ValueError: as ``figures_of``.
    """
    document = {
        "about": "Made by `python -m benchmarks.operations --write`. The first case of an operation is the usual one.",
        "units": {
            "write_units": "DynamoDB write units",
            "read_units": "DynamoDB read units",
            "function_invocations": "calls of Lambda functions that the answer waits for",
            "round_trips": "requests to data sources, one after the other",
        },
        "operations": figures_of(measured),
    }
    FILE.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _figure(case: Case, cost: Metered) -> dict[str, Any]:
    return {
        **{name: _plain(value) for name, value in asdict(cost).items()},
        "floor": _units(case.floor),
        "budget": _units(case.budget),
        "grows_with": case.grows,
    }


def _units(units: Units | None) -> Mapping[str, float] | None:
    if units is None:
        return None
    return {name: _plain(value) for name, value in asdict(units).items() if value is not None}


def _plain(value: float) -> float:
    """A whole number without its point."""
    return int(value) if value == int(value) else value
