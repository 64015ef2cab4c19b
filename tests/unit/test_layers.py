"""Tests of the layers of docs/maintaining.md: code imports from its own part and from lower layers."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.checkout import ROOT, tracked

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS = (
    ("contract", "common"),
    ("lambdas", "stacks", "packages"),
    ("terraform",),
    ("main", "ops", "local"),
    ("benchmarks", "tools", "tests"),
)
"""From the lowest layer up. Parts of one layer do not import each other, and each package in ``packages/`` is a part.
"""
WITHIN_A_LAYER = {
    "benchmarks": {"tests"},  # they start the tests' backend
    "tests": {"benchmarks", "tools"},  # they test both
    "tools": {"benchmarks", "tests"},  # they document both
}
"""Part -> parts of its own layer that it may import."""
ONLY = {
    "contract": set[str](),
    "common": set[str](),
    "lambdas": {"contract"},  # in the archive of every function
    "packages": set[str](),  # also installed outside this checkout
}
"""Part -> everything of the project that it may import, if that is less than all lower layers."""
HEIGHT = {part: height for height, layer in enumerate(LAYERS) for part in layer}


def part_of(file: Path) -> str:
    """Return the part of the project that a file belongs to: its first folder, or ``packages/<name>``."""
    return "/".join(file.parts[:2]) if file.parts[0] == "packages" else file.with_suffix("").parts[0]


def modules(files: list[Path]) -> dict[str, str]:
    """Map the first name of every import from this project to the part that it denotes."""
    parts = {part_of(file) for file in files}
    sources = {file.parts[3]: part_of(file) for file in files if file.match("packages/*/*/*/__init__.py")}
    return {part: part for part in parts if not part.startswith("packages/")} | sources


def imported(source: str) -> Iterator[str]:
    """Return the first name of every absolute import, including imports for types and inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def is_allowed(part: str, other: str) -> bool:
    """Return whether a part may import another one."""
    own, its = part.partition("/")[0], other.partition("/")[0]
    if part == other or its in WITHIN_A_LAYER.get(own, ()):
        return True
    return its in ONLY[own] if own in ONLY else HEIGHT[its] < HEIGHT[own]


FILES = [Path(name) for name in tracked("*.py")]
MODULES = modules(FILES)


def test_every_part_has_a_layer() -> None:
    assert {"common", "contract", "lambdas", "local", "ops", "stacks", "terraform", "tests"} <= set(MODULES.values())
    assert {part.partition("/")[0] for part in MODULES.values()} - HEIGHT.keys() == set()


@pytest.mark.parametrize("part", sorted({part_of(file) for file in FILES}))
def test_a_part_imports_lower_layers_only(part: str) -> None:
    wrong = [
        f"{file} imports {MODULES[name]}"
        for file in FILES
        if part_of(file) == part
        for name in sorted(set(imported((ROOT / file).read_text(encoding="utf-8"))))
        if name in MODULES and not is_allowed(part, MODULES[name])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("part", "other", "expected"),
    [
        ("ops", "terraform", True),
        ("ops", "stacks", True),
        ("ops", "local", False),
        ("local", "ops", False),
        ("terraform", "ops", False),
        ("stacks", "lambdas", False),
        ("lambdas", "common", False),
        ("lambdas", "contract", True),
        ("packages/chat-client", "packages/appsync-local", False),
        ("packages/chat-client", "contract", False),
        ("local", "packages/appsync-local", True),
        ("benchmarks", "tests", True),
        ("benchmarks", "ops", True),
        ("ops", "benchmarks", False),
        ("ops", "tests", False),
    ],
)
def test_the_rule(part: str, other: str, *, expected: bool) -> None:
    assert is_allowed(part, other) is expected


def test_imports_in_functions_and_for_types_count() -> None:
    source = """
    if TYPE_CHECKING:
        from local.server import Server
    def f():
        import ops.plans, json
        from . import nothing
    """
    assert set(imported(source.replace("\n    ", "\n"))) == {"local", "ops", "json"}
