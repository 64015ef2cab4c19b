"""Tests of the evaluation of Terraform expressions by the direct deployment."""

# ruff: noqa: ANN401 - JSON values, and boto3 clients, whose types know literal names only

from __future__ import annotations

from typing import Any

import pytest

from terraform.expressions import ExpressionError, evaluate, references

THINGS: dict[str, Any] = {
    "aws_dynamodb_table.rooms": {"name": "chat-rooms-local", "arn": "arn:rooms", "index": [{"name": "byUser"}]},
    "aws_appsync_graphql_api.chat": {"uris": {"GRAPHQL": "https://x/graphql"}, "depth": 10},
    "data.aws_region.here": {"name": "us-east-1"},
    "terraform.workspace": "local",
}


def _evaluate(value: Any) -> Any:
    return evaluate(value, lambda name: THINGS[name])


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("${aws_dynamodb_table.rooms.arn}", "arn:rooms"),
        ("${aws_dynamodb_table.rooms.arn}/index/*", "arn:rooms/index/*"),
        ("a ${data.aws_region.here.name} b ${aws_dynamodb_table.rooms.name}", "a us-east-1 b chat-rooms-local"),
        ('${aws_appsync_graphql_api.chat.uris["GRAPHQL"]}', "https://x/graphql"),
        ("${aws_dynamodb_table.rooms.index[0].name}", "byUser"),
        ("${aws_appsync_graphql_api.chat.depth}", 10),
        ("depth ${aws_appsync_graphql_api.chat.depth}", "depth 10"),
        ('${terraform.workspace == "local"}', True),
        ('${terraform.workspace != "local" || false}', False),
        ('${terraform.workspace == "dev" ? 1 : 2}', 2),
        ('${!(terraform.workspace == "dev") && true}', True),
        ('${jsonencode({"a" = [1, true, null], b = "${terraform.workspace}"})}', '{"a":[1,true,null],"b":"local"}'),
        ('${join(",", ["x", terraform.workspace])}', "x,local"),
        ('${merge({a = 1}, {b = 2})["b"]}', 2),
        ('${upper("a\\"b")}', 'A"B'),
        ("literal $${not} and %%{neither}", "literal ${not} and %{neither}"),
        ("`$${name}` of ${terraform.workspace}", "`${name}` of local"),
    ],
)
def test_evaluates_the_expressions_of_synthesized_json(template: str, expected: Any) -> None:
    assert _evaluate(template) == expected
    assert type(_evaluate(template)) is type(expected)


def test_evaluates_within_objects_and_lists_and_keeps_other_values() -> None:
    value = {"a": ["${terraform.workspace}", 1, None, {"b": True}]}
    assert _evaluate(value) == {"a": ["local", 1, None, {"b": True}]}


@pytest.mark.parametrize(
    "template", ["${timestamp()}", "${aws_dynamodb_table.rooms.nothing}", "${[for x in y : x]}", "${1 +}", "${1"]
)
def test_names_an_unknown_expression(template: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        _evaluate(template)
    assert template.removeprefix("${").removesuffix("}") in str(refused.value)


def test_finds_references_in_expressions_only() -> None:
    value = {
        "a": "${aws_iam_role.x.arn} and ${data.aws_region.here.name}",
        "b": ['${jsonencode({r = "${aws_lambda_function.f.arn}"})}'],
        "c": "aws_iam_role.only_text $${aws_iam_role.escaped.arn}",
    }
    assert set(references(value)) == {
        (False, "aws_iam_role.x"),
        (True, "aws_region.here"),
        (False, "aws_lambda_function.f"),
    }
