"""Tests that lists contain struct classes only: the bindings drop optional snake_case keys of dicts in lists."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from stacks.bindings import App, DynamodbTable, add

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FREE_OF_BINDINGS = {"permissions.py", "dashboard.py", "patterns.py"}
"""Modules that write JSON themselves, and so must not use the bindings."""


def dicts_in_lists(code: str) -> list[int]:
    """Return the lines of dicts inside a list, a tuple or a comprehension, in a module that uses the bindings."""
    lines = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            elements = node.elts
        elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            elements = [node.elt]
        else:
            continue
        lines += [element.lineno for element in elements if _is_dict(element)]
    return lines


def _is_dict(node: ast.expr) -> bool:
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"
    return isinstance(node, ast.Dict | ast.DictComp) or is_call


def imports_bindings(code: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "stacks.bindings" for node in ast.walk(ast.parse(code))
    )


@pytest.mark.parametrize(
    "code",
    [
        "f(statement=[{'a': 1}])",
        "f(statement=[*x, {'a': 1}])",
        "f(statement=({'a': 1},))",
        "f(statement=[{'a': y} for y in z])",
        "f(statement=[dict(a=1)])",
        "f(statement=list({'a': y} for y in z))",
    ],
)
def test_a_dict_in_a_list_is_found(code: str) -> None:
    assert dicts_in_lists(code) == [1]


def test_the_bindings_get_no_dict_in_a_list(root: Path) -> None:
    checked = 0
    for file in sorted((root / "stacks").glob("*.py")):
        code = file.read_text(encoding="utf-8")
        if imports_bindings(code):
            checked += 1
            assert dicts_in_lists(code) == [], f"{file.name}: use the struct class of the block"
            assert file.name not in FREE_OF_BINDINGS
    assert checked >= 6


def test_a_dict_in_a_list_is_refused_at_run_time(tmp_path: Path) -> None:
    table: Callable[..., DynamodbTable] = DynamodbTable
    attributes = [dict.fromkeys(("name", "type"), "S")]
    with pytest.raises(TypeError, match=r"DynamodbTable\.rooms: attribute contains a dict"):
        add(App(outdir=str(tmp_path)), table, "rooms", attribute=attributes)
