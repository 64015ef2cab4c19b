"""Test that the modules of the project have no import cycles."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("benchmarks", "common", "contract", "lambdas", "local", "ops", "stacks", "terraform")
PACKAGES = sorted((ROOT / "packages").glob("*/src"))


def modules() -> dict[str, Path]:
    """Return every module of the project by its dotted name."""
    files = [(ROOT, file) for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    files += [(sources, file) for sources in PACKAGES for file in sources.rglob("*.py")]
    return {
        ".".join(file.relative_to(top).with_suffix("").parts).removesuffix(".__init__"): file for top, file in files
    }


def imports_of(file: Path, known: set[str]) -> set[str]:
    """Return the project's modules that a file imports, including imports for types and inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (members & known) or {node.module}
    return found & known


def test_there_is_no_import_cycle() -> None:
    files = modules()
    assert "appsync_local.execution" in files
    graph = {name: imports_of(file, set(files)) - {name} for name, file in files.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"These modules need one another: {' -> '.join(error.args[1])}")
