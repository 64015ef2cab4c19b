"""The measured cost of every operation: within its budget, the same in a large room, and as documented.

`python -m benchmarks operations` measures the same cases in a room with 1,000 members and 10,000 messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks._operations import examples
from benchmarks._operations.figures import figures_of, load, over_budget
from benchmarks._operations.measuring import CASES, Meter
from benchmarks._operations.room_fixture import Size

if TYPE_CHECKING:
    from benchmarks._operations.case import Case
    from benchmarks._operations.measuring import Measurements
    from tests.helpers.backend import LocalBackend

LARGE = Size("large", 250, 500)
"""Larger than the largest room with presence events, and than any page."""


@pytest.fixture(scope="module")
async def measured(backend: LocalBackend) -> Measurements:
    """Measure every case, in rooms of every size."""
    return await Meter(backend, large=LARGE).measure()


def _name(case: Case) -> str:
    return f"{case.operation}, {case.name}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_operation_costs_the_committed_amount_in_rooms_of_every_size(case: Case, measured: Measurements) -> None:
    found = figures_of({case: measured[case]})

    assert found[case.operation][case.name] == load()[case.operation][case.name], (
        "where this is meant: python -m benchmarks.operations --write"
    )


@pytest.mark.parametrize("case", [case for case in CASES if case.budget], ids=_name)
def test_operation_stays_within_its_budget(case: Case, measured: Measurements) -> None:
    assert not [one.cost for one in measured[case].values() if over_budget(case, one.cost)]


def test_measured_pages_are_full(measured: Measurements) -> None:
    pages = [
        (_name(case), len(one.result["items"]), one.variables["limit"])
        for case, by_size in measured.items()
        for one in by_size.values()
        if "limit" in one.variables
    ]

    assert len(pages) > 10
    assert not [page for page in pages if page[1] != page[2]]


def test_documented_examples_match_the_results(measured: Measurements) -> None:
    now = examples.examples_of(measured)
    committed = examples.load()

    assert committed.keys() == now.keys()
    assert not [name for name, example in now.items() if not examples.looks_like(committed[name], example)]
