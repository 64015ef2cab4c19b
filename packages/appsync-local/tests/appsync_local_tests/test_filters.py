"""Tests of enhanced filters: all operators, combined rules, and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appsync_local.filters import FilterError, compile_filter

if TYPE_CHECKING:
    from appsync_local_tests.fakes import Json

PAYLOAD = {
    "text": "hello world",
    "number": 5,
    "flag": True,
    "null": None,
    "tags": ["a", "b"],
    "author": {"name": "alice", "team": {"id": "t1"}},
    "files": [{"kind": "png"}, {"kind": "pdf"}],
}


def _matches(*groups: list[tuple[str, str, Json]]) -> bool:
    definition = {
        "filterGroup": [
            {"filters": [{"fieldName": name, "operator": operator, "value": value} for name, operator, value in rules]}
            for rules in groups
        ]
    }
    return compile_filter(definition).matches(PAYLOAD)


@pytest.mark.conforms("realtime.filters")
@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("text", "eq", "hello world", True),
        ("text", "eq", "hello", False),
        ("number", "eq", 5.0, True),
        ("number", "eq", "5", False),
        ("flag", "eq", True, True),
        ("flag", "eq", 1, False),
        ("null", "eq", None, True),
        ("missing", "eq", None, True),
        ("text", "ne", "x", True),
        ("missing", "ne", "x", True),
        ("number", "ne", 5, False),
        ("number", "le", 5, True),
        ("number", "lt", 5, False),
        ("number", "ge", 5, True),
        ("number", "gt", 4.5, True),
        ("number", "gt", "4", False),
        ("text", "lt", "z", True),
        ("null", "lt", 9, False),
        ("flag", "le", 2, False),
        ("text", "contains", "lo wo", True),
        ("tags", "contains", "a", True),
        ("tags", "contains", "c", False),
        ("number", "contains", 5, False),
        ("text", "notContains", "x", True),
        ("tags", "notContains", "a", False),
        ("missing", "notContains", "a", True),
        ("text", "beginsWith", "hello", True),
        ("text", "beginsWith", "world", False),
        ("number", "beginsWith", "5", False),
        ("number", "in", [4, 5], True),
        ("text", "in", ["x"], False),
        ("number", "notIn", [4], True),
        ("number", "notIn", [5], False),
        ("number", "between", [5, 9], True),
        ("number", "between", [6, 9], False),
        ("text", "between", ["a", "i"], True),
        ("number", "between", ["a", "z"], False),
        ("tags", "containsAny", ["x", "b"], True),
        ("tags", "containsAny", ["x"], False),
        ("text", "containsAny", ["x", "world"], True),
        ("author.name", "eq", "alice", True),
        ("author.team.id", "eq", "t1", True),
        ("author.name.first", "eq", None, True),
        ("files.kind", "contains", "pdf", True),
    ],
)
def test_an_operator(name: str, operator: str, value: Json, expected: bool) -> None:
    assert _matches([(name, operator, value)]) is expected


@pytest.mark.conforms("realtime.filters")
def test_filters_combine_rules_with_and_and_groups_with_or() -> None:
    good, bad = ("number", "eq", 5), ("number", "eq", 6)
    assert _matches([good, ("text", "beginsWith", "h")])
    assert not _matches([good, bad])
    assert _matches([bad], [good])
    assert not _matches([bad], [bad, good])
    assert _matches([("number", "ge", 5), ("number", "le", 5)])


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (None, "filterGroup"),
        ({}, "filterGroup"),
        ({"filterGroup": []}, "filterGroup"),
        ({"filterGroup": [{}]}, "filters"),
        ({"filterGroup": [{"filters": []}]}, "filters"),
        ({"filterGroup": [{"filters": ["x"]}]}, "object"),
        ({"filterGroup": [{"filters": [{"operator": "eq", "value": 1}]}]}, "fieldName"),
    ],
)
def test_invalid_filters_are_rejected(definition: Json, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        compile_filter(definition)


@pytest.mark.conforms("realtime.filters")
@pytest.mark.parametrize(
    ("name", "operator", "value"),
    [
        ("a", "equals", 1),
        ("a", "in", [1] * 6),
        ("a", "in", []),
        ("a", "notIn", 1),
        ("a", "containsAny", [1] * 21),
        ("a", "between", [1]),
        ("a", "eq", [1]),
        ("a", "beginsWith", 5),
        ("a.b.c.d.e.f", "eq", 1),
        ("a" * 257, "eq", 1),
    ],
)
def test_limits_are_those_of_appsync(name: str, operator: str, value: Json) -> None:
    with pytest.raises(FilterError):
        _matches([(name, operator, value)])
