"""Tests of tags of resolvers and functions in graphql/, and of errors for missing and wrong tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.environments import ConfigurationError
from stacks.resolvers import Access, read_graphql

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a checkout whose graphql/ has one unit resolver, one pipeline and two functions."""
    write(tmp_path, "schema.graphql", "type Query { me: String }\n")
    write(
        tmp_path,
        "resolvers/Query.me.js",
        "/**\n * Me.\n *\n * @requires IAM\n * @dataSource users\n * @access dynamodb:GetItem users\n */",
    )
    write(
        tmp_path,
        "resolvers/Mutation.go.js",
        "/**\n * Goes.\n * @requires IAM\n * @pipeline first, second, first\n */\nexport {}",
    )
    write(
        tmp_path,
        "functions/first.js",
        "/**\n * @dataSource rooms\n * @access dynamodb:PutItem,dynamodb:GetItem rooms\n"
        " * @access dynamodb:Query rooms.byVisibility\n * @access dynamodb:UpdateItem rooms\n */",
    )
    write(tmp_path, "functions/second.js", "/** @dataSource none */\n/** @access dynamodb:Scan rooms */")
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    file = root / "graphql" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def refusal(root: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_graphql(root)
    (line,) = caught.value.lines
    return line


def test_unit_and_pipeline_resolvers_are_distinguished(tree: Path) -> None:
    pipeline, unit = read_graphql(tree).resolvers
    assert (unit.type_name, unit.field_name, unit.data_source, unit.pipeline) == ("Query", "me", "users", ())
    assert (pipeline.field_name, pipeline.data_source, pipeline.pipeline) == ("go", None, ("first", "second", "first"))


def test_table_accesses_are_merged_by_table_and_index(tree: Path) -> None:
    assert read_graphql(tree).accesses == {
        "none": (),
        "rooms": (
            Access("rooms", None, ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
            Access("rooms", "byVisibility", ("dynamodb:Query",)),
        ),
        "users": (Access("users", None, ("dynamodb:GetItem",)),),
    }


def test_only_the_leading_comment_counts(tree: Path) -> None:
    (second,) = [function for function in read_graphql(tree).functions if function.name == "second"]
    assert second.accesses == ()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("functions/third.js", "export {}", "graphql/functions/third.js: its leading comment needs exactly one @data"),
        (
            "functions/third.js",
            "/** @dataSource a */",
            'graphql/functions/third.js: unknown data source "a"; valid names',
        ),
        ("functions/third.js", "/** @dataSource none\n * @access dynamodb:GetItem rooms */", "has no table"),
        ("functions/third.js", "/** @dataSource rooms\n * @access GetItem rooms */", "@access dynamodb:<Action>"),
        (
            "functions/third.js",
            "/** @dataSource rooms\n * @access dynamodb:Query rooms.byName */",
            "contract/tables.json",
        ),
        ("functions/third.js", "/** @dataSource rooms\n * @access dynamodb:Query room */", "contract/tables.json"),
        (
            "resolvers/Query.x.js",
            "/** @requires IAM\n * Nothing. */",
            "graphql/resolvers/Query.x.js: its leading comment needs one",
        ),
        (
            "resolvers/Query.x.js",
            "/** @requires IAM\n * @pipeline first\n * @dataSource none */",
            "needs one @dataSource <name> or one",
        ),
        ("resolvers/Query.x.js", "/** @requires IAM\n * @pipeline third */", "there is no graphql/functions/third.js"),
        (
            "resolvers/Query.x.js",
            f"/** @requires IAM\n * @pipeline {', '.join(['first'] * 11)} */",
            "11 functions; AppSync allows 10",
        ),
        (
            "resolvers/Query.x.js",
            "/** @requires IAM\n * @pipeline first\n * @access dynamodb:GetItem rooms */",
            "not to its resolver",
        ),
        ("resolvers/Query.x.js", "/** @pipeline first */", "has no @requires"),
        ("functions/third.js", "/** @dataSource none */\nctx.identity", "its leading comment has no @authorizes"),
        ("shared/third.js", "function check() {\n  ctx.identity\n}\n", "its comment has no @authorizes"),
        ("resolvers/query.js", "/** @requires IAM\n * @pipeline first */", "must be <Type>.<field>.js"),
    ],
)
def test_an_invalid_file_is_reported(tree: Path, name: str, text: str, said: str) -> None:
    write(tree, name, text)
    assert said in refusal(tree)


def test_a_missing_schema_is_reported(tree: Path) -> None:
    write(tree, "schema.graphql", '"Up to {{pageSizes}}." type Query { me: String }\n')
    assert refusal(tree) == (
        "graphql/schema.graphql: {{...}} names 'pageSizes', which contract/limits.json does not have"
    )
    (tree / "graphql/schema.graphql").unlink()
    assert refusal(tree) == "graphql/schema.graphql is missing"
