"""Costs of every operation of the API: DynamoDB units, Lambda calls and round trips, with minimum and budget.

    python -m benchmarks.operations [--write]

Deploys a backend and writes two rooms directly to its tables: one of 2 members and 10 messages, one of 1,000 and
10,000. Runs every case of every operation in both, with the meter of the local AppSync. Exits with 1 if a case is above
its budget, costs more in the large room than in the small one, or differs from ``benchmarks/operations.json``;
``--write`` writes that file, and ``examples.json`` with the examples of `docs/api`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._operations import examples, figures
from benchmarks._operations.figures import over_budget
from benchmarks._operations.measuring import Meter
from common.commands import Parser, run
from tests.helpers.backend import LocalBackend

if TYPE_CHECKING:
    from benchmarks._operations.case import Case, Units
    from benchmarks._operations.measuring import Measurement, Measurements

_UNITS = f"{'W':>6}{'R':>6}{'Lambda':>8}{'trips':>7}"
_WIDTH = len(_UNITS)


def report(measured: Measurements) -> list[str]:
    """Print the table; return the errors."""
    print(f"{'':64}{'2 members, 10 messages':>{_WIDTH}}{'1,000 members, 10,000':>{_WIDTH}}{'floor':>12}{'budget':>12}")
    print(f"{'operation':30}{'case':34}{_UNITS}{_UNITS}")
    wrong = []
    for case, by_size in measured.items():
        small, large = by_size.get("small") or by_size.get("medium"), by_size.get("large")
        costs = "".join(_cost(measurement) for measurement in (small, large))
        problem = _problem(case, by_size)
        print(
            f"{case.operation:30}{case.name[:33]:34}{costs}{_units(case.floor):>12}{_units(case.budget):>12}  {problem}"
        )
        if problem:
            wrong.append(f"{case.operation}, {case.name}: {problem}")
    return wrong


def _cost(measurement: Measurement | None) -> str:
    if measurement is None:
        return f"{'-':>6}{'-':>6}{'-':>8}{'-':>7}"
    cost = measurement.cost
    return f"{cost.write_units:6g}{cost.read_units:6g}{cost.function_invocations:8}{cost.round_trips:7}"


def _units(units: Units | None) -> str:
    if units is None:
        return ""
    named = ((units.write_units, "W"), (units.read_units, "R"))
    return " ".join(f"{value:g} {unit}" for value, unit in named if value is not None)


def _problem(case: Case, by_size: dict[str, Measurement]) -> str:
    if any(over_budget(case, measurement.cost) for measurement in by_size.values()):
        return "ABOVE ITS BUDGET"
    if len({measurement.cost for measurement in by_size.values()}) > 1:
        return "GROWS WITH THE ROOM"
    return ""


async def _measure() -> Measurements:
    with tempfile.TemporaryDirectory() as folder:
        backend = LocalBackend(Path(folder))
        backend.up()
        try:
            return await Meter(backend).measure()
        finally:
            backend.down()


def main(arguments: list[str] | None = None) -> int:
    """Print the measurements; return 1 if there are errors."""
    parser = Parser(prog="python -m benchmarks operations", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write operations.json and examples.json")
    options = parser.parse_args(arguments)
    measured = asyncio.run(_measure())
    wrong = report(measured)
    if not wrong and options.write:
        figures.write(measured)
        examples.write(measured)
    elif not wrong and figures.figures_of(measured) != figures.load():
        wrong = ["benchmarks/operations.json has other values. Run: python -m benchmarks operations --write"]
    print(
        "\n".join(["", *wrong]) if wrong else "every operation is within its budget, and costs the same in both rooms"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(run(main))
