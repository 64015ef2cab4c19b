"""Checks the committed costs of operations: they cover the schema and are within the budgets."""

from __future__ import annotations

from graphql import ObjectTypeDefinitionNode, parse

from benchmarks._operations.figures import load, over_budget
from benchmarks._operations.measuring import CASES
from tests.helpers.backend import ROOT
from tests.helpers.graphql_client import Metered

ROOTS = {"Query", "Mutation", "Subscription"}


def operations_of_the_schema() -> set[str]:
    schema = parse((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8"))
    return {
        field.name.value
        for node in schema.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in ROOTS
        for field in node.fields
    }


def test_every_operation_of_the_schema_is_measured() -> None:
    assert {case.operation for case in CASES} == operations_of_the_schema()


def test_the_figures_match_the_cases() -> None:
    figures = load()

    assert {(operation, name) for operation, cases in figures.items() for name in cases} == {
        (case.operation, case.name) for case in CASES
    }
    assert len({(case.operation, case.name) for case in CASES}) == len(CASES)


def test_the_figures_are_within_the_budgets() -> None:
    figures = load()
    costs = {
        case: Metered(
            *(
                figures[case.operation][case.name][name]
                for name in ("read_units", "write_units", "function_invocations", "round_trips")
            )
        )
        for case in CASES
    }

    assert not [(case.operation, case.name) for case, cost in costs.items() if over_budget(case, cost)]
    assert sum(case.budget is not None for case in CASES) > 20
