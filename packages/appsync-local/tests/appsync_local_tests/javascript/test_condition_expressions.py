"""Tests of util.transform.toDynamoDBFilterExpression and toDynamoDBConditionExpression against AppSync's output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from appsync_local_tests.javascript.conftest import Value

RENDERED: list[tuple[str, str, dict[str, Any]]] = [
    ("{v: {eq: 'x'}}", "(#v = :v_eq)", {":v_eq": {"S": "x"}}),
    ("{v: {ne: 1.5}}", "(#v <> :v_ne)", {":v_ne": {"N": 1.5}}),
    ("{v: {lt: true}}", "(#v < :v_lt)", {":v_lt": {"BOOL": True}}),
    ("{v: {le: null}}", "(#v <= :v_le)", {":v_le": {"NULL": None}}),
    ("{v: {gt: {a: 1}}}", "(#v > :v_gt)", {":v_gt": {"M": {"a": {"N": 1}}}}),
    ("{v: {ge: [1]}}", "(#v >= :v_ge)", {":v_ge": {"L": [{"N": 1}]}}),
    ("{v: {contains: 'x'}}", "(contains(#v,:v_contains))", {":v_contains": {"S": "x"}}),
    ("{v: {notContains: 'x'}}", "(NOT contains(#v,:v_notContains))", {":v_notContains": {"S": "x"}}),
    ("{v: {beginsWith: 'x'}}", "(begins_with(#v,:v_beginsWith))", {":v_beginsWith": {"S": "x"}}),
    (
        "{v: {between: [1, 9, 3]}}",
        "(#v BETWEEN :v_between_start AND :v_between_end)",
        {":v_between_start": {"N": 1}, ":v_between_end": {"N": 9}},
    ),
    ("{v: {in: ['a', 'b']}}", "(#v IN (:v_in_0, :v_in_1))", {":v_in_0": {"S": "a"}, ":v_in_1": {"S": "b"}}),
    ("{v: {in: []}}", "(null)", {}),
    ("{v: {attributeExists: true}}", "(attribute_exists(#v))", {}),
    ("{v: {attributeExists: false}}", "(attribute_not_exists(#v))", {}),
    ("{v: {attributeType: 'stringSet'}}", "(attribute_type(#v,:v_attributeType))", {":v_attributeType": {"S": "SS"}}),
    ("{v: {size: {gt: 2}}}", "(size(#v) > :v_size_gt)", {":v_size_gt": {"N": 2}}),
    (
        "{v: {size: {gt: 2, lt: 5}}}",
        "((size(#v) > :v_size_gt) AND (size(#v) < :v_size_lt))",
        {":v_size_gt": {"N": 2}, ":v_size_lt": {"N": 5}},
    ),
    ("{v: {size: {size: {gt: 1}}}}", "(size(#v) > :v_size_size_gt)", {":v_size_size_gt": {"N": 1}}),
    ("{v: {ge: 1, le: 5}}", "((#v >= :v_ge) AND (#v <= :v_le))", {":v_ge": {"N": 1}, ":v_le": {"N": 5}}),
    ("{v: {eq: 1}, w: {eq: 2}}", "(#v = :v_eq) AND (#w = :w_eq)", {":v_eq": {"N": 1}, ":w_eq": {"N": 2}}),
    ("{and: [{v: {eq: 1}}]}", "(#v = :and_0_v_eq)", {":and_0_v_eq": {"N": 1}}),
    (
        "{or: [{v: {eq: 1}}, {w: {eq: 2}}]}",
        "((#v = :or_0_v_eq) OR (#w = :or_1_w_eq))",
        {":or_0_v_eq": {"N": 1}, ":or_1_w_eq": {"N": 2}},
    ),
    (
        "{or: [{and: [{a: {eq: 1}}, {b: {eq: 2}}]}, {c: {eq: 3}}]}",
        "(((#a = :or_0_and_0_a_eq) AND (#b = :or_0_and_1_b_eq)) OR (#c = :or_1_c_eq))",
        {":or_0_and_0_a_eq": {"N": 1}, ":or_0_and_1_b_eq": {"N": 2}, ":or_1_c_eq": {"N": 3}},
    ),
    ("{not: {v: {eq: 1}}}", "(NOT (#v = :not_v_eq))", {":not_v_eq": {"N": 1}}),
    ("{not: {not: {v: {eq: 1}}}}", "(NOT (NOT (#v = :not_not_v_eq)))", {":not_not_v_eq": {"N": 1}}),
    ("{}", "", {}),
    ("{and: []}", "", {}),
    ("{not: {}}", "(NOT )", {}),
]


@pytest.mark.conforms("javascript.conditions")
@pytest.mark.parametrize(("source", "expression", "values"), RENDERED, ids=[case[0] for case in RENDERED])
async def test_filters_and_conditions_have_equal_expressions(
    value: Value, source: str, expression: str, values: dict[str, Any]
) -> None:
    for name in ("toDynamoDBFilterExpression", "toDynamoDBConditionExpression"):
        rendered = json.loads(await value(f"util.transform.{name}({source})"))
        assert (rendered["expression"], rendered["expressionValues"]) == (expression, values)


@pytest.mark.conforms("javascript.conditions")
async def test_placeholder_names_are_derived_from_fields(value: Value) -> None:
    rendered = json.loads(await value("util.transform.toDynamoDBFilterExpression({'a.b': {eq: 1}, c: {}})"))
    assert rendered["expressionNames"] == {"#a.b": "a.b", "#c": "c"}


@pytest.mark.parametrize(
    "source",
    [
        "undefined",
        "null",
        "[]",
        "'text'",
        "{v: {like: 1}}",
        "{v: 'x'}",
        "{a: {b: {eq: 1}}}",
        "{and: {a: {eq: 1}}}",
        "{and: null}",
        "{and: [null]}",
        "{not: [{a: {eq: 1}}]}",
        "{v: {between: [1]}}",
        "{v: {in: 'x'}}",
        "{v: {attributeExists: 'yes'}}",
        "{v: {attributeType: 'S'}}",
        "{v: {size: 3}}",
    ],
)
async def test_filters_that_cannot_be_rendered_are_null(value: Value, source: str) -> None:
    assert await value(f"util.transform.toDynamoDBFilterExpression({source})") is None
