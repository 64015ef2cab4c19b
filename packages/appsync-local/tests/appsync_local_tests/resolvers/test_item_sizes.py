"""Tests of item sizes and read units against the rules and examples of DynamoDB's developer guide."""

from __future__ import annotations

from typing import Any

import pytest

from appsync_local.datasources.dynamodb.consumption import (
    item_read_units,
    page_read_units,
    read_units,
    refused_write_units,
    reported_units,
    transaction_read_units,
)
from appsync_local.datasources.dynamodb.item_size import item_size, value_size

KILOBYTE = 1024


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "añ"}, 3),
        ({"N": "0"}, 2),
        ({"N": "27"}, 2),
        ({"N": "-27"}, 3),
        ({"N": "123"}, 3),
        ({"N": "1000000"}, 2),
        ({"N": "0.001"}, 2),
        ({"N": "1" * 38}, 20),
        ({"B": "Zm9v"}, 3),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"BOOL": True}]}, 3 + 2 + 1 + 1 + 1),
        ({"M": {"a": {"S": "b"}}}, 3 + 1 + 1 + 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "2"]}, 4),
        ({"BS": ["Zm9v"]}, 3),
    ],
)
def test_value_sizes(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


def test_names_count_in_bytes() -> None:
    assert item_size({"é": {"S": "ab"}}) == 4


def _item(size: int) -> dict[str, Any]:
    return {"k": {"S": "x" * (size - 1)}}


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(0, False, 0.5), (0, True, 1), (4096, True, 1), (4097, True, 2), (4097, False, 1), (20 * KILOBYTE, True, 5)],
)
def test_read_units(size: int, consistent: bool, units: float) -> None:
    assert read_units(size, consistent=consistent) == units


def test_pages_are_rounded_once_and_single_items_separately() -> None:
    items = [_item(KILOBYTE)] * 6
    assert page_read_units(items, consistent=True) == 2
    assert sum(item_read_units(item, consistent=True) for item in items) == 6
    assert page_read_units([], consistent=False) == 0.5


def test_a_missing_item_costs_as_much_as_the_smallest() -> None:
    assert item_read_units(None, consistent=True) == 1
    assert item_read_units(None, consistent=False) == 0.5


def test_transactions_cost_double() -> None:
    assert transaction_read_units([_item(KILOBYTE), _item(5 * KILOBYTE), None]) == 2 + 4 + 2


def test_a_refused_write_costs_as_much_as_the_existing_item() -> None:
    assert refused_write_units(None) == 1
    assert refused_write_units(_item(3 * KILOBYTE)) == 3


@pytest.mark.parametrize(
    ("answer", "units"),
    [
        ({}, 0),
        ({"ConsumedCapacity": {"CapacityUnits": 2.5}}, 2.5),
        ({"ConsumedCapacity": [{"CapacityUnits": 1}, {"CapacityUnits": 3}]}, 4),
        ({"ConsumedCapacity": {"TableName": "t"}}, 0),
    ],
)
def test_reported_units(answer: dict[str, Any], units: float) -> None:
    assert reported_units(answer) == units
