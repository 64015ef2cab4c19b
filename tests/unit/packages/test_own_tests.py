"""Tests that the tests of each package run without the rest of the repository, with declared dependencies only."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

import pytest

from tests.helpers.backend import ROOT
from tests.helpers.documents import documented

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.documents import Command

PACKAGES = [file.parent for file in sorted((ROOT / "packages").glob("*/pyproject.toml"))]
COMMANDS = [
    documented("packages/appsync-local/README.md", "python -m pytest"),
    documented("packages/chat-client/README.md", "python -m pytest"),
]


def declared(package: Path) -> set[str]:
    """Return the normalized names of a package's dependencies, including those of its extras."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for names in project["optional-dependencies"].values() for name in names]
    names = (re.split(r"[\[<>=~! ]", requirement)[0] for requirement in [*project["dependencies"], *extras])
    return {name.lower().replace("_", "-") for name in names}


def imported(folder: Path) -> set[str]:
    """Return the first names of all imports in a folder."""
    nodes = [node for file in folder.rglob("*.py") for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.name))
def test_tests_import_declared_dependencies_only(package: Path) -> None:
    (own,) = (file.parent.name for file in package.glob("tests/*/__init__.py"))
    modules = imported(package / "tests") - sys.stdlib_module_names - {own, own.removesuffix("_tests")}
    assert "pytest" in modules
    installed = packages_distributions()
    providers = {name: {found.lower().replace("_", "-") for found in installed.get(name, [])} for name in modules}
    assert {name: found for name, found in providers.items() if not found & declared(package)} == {}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.page.split("/")[1])
def test_the_documented_command_finds_the_tests_in_the_folder_of_the_package(command: Command) -> None:
    package = (ROOT / command.page).parent
    done = subprocess.run(
        [sys.executable, *command.words[1:], "--collect-only", "--quiet", "-p", "no:cacheprovider"],
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = set(re.findall(r"^(tests/\S+\.py)::", done.stdout, re.MULTILINE))
    assert found == {file.relative_to(package).as_posix() for file in package.glob("tests/**/test_*.py")}


def test_every_package_has_its_command() -> None:
    assert [(ROOT / command.page).parent for command in COMMANDS] == PACKAGES
