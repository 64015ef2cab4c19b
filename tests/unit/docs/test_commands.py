"""Tests that every command in the documents is run by a test, is a step of CI, or is marked as not run.

A test that runs a command names it: `documented(page, command)` or `documented_block(page, command)`, with literal
strings, which this module searches for. The test receives the words of the document, and fails if the document no
longer contains them.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from ops.command_line import command_names
from tests.helpers.backend import ROOT
from tests.helpers.documents import SHELL, blocks, documented, documented_block, name_of, pages, without_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.documents import Block, Command

PAGES = [name_of(page) for page in pages()]
WITHOUT_EFFECT = ("cd ", "export ", "endpoint=")
"""Commands that only prepare the following ones, and are run with them."""
LANGUAGES = SHELL | {"graphql", "hcl", "javascript", "json", "mermaid", "python", "text", "toml", "typescript"}
MODULE = re.compile(r"\bpython -m ((?:ops|local|benchmarks|tests|tools)(?:\.\w+)*)")

OPERATION = re.compile(r"\bpython -m ops ([a-z][a-z-]*)")


@cache
def run_by_tests() -> frozenset[str]:
    """Return the texts of all commands that tests take from documents."""
    return frozenset(text for path in sorted((ROOT / "tests").rglob("*.py")) for text in taken(path.read_text("utf-8")))


def taken(source: str) -> Iterator[str]:
    """Find the commands that one test source takes from documents."""
    if "documented" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        arguments = [one.value for one in node.args if isinstance(one, ast.Constant)]
        if len(arguments) != 2:
            continue
        page, command = str(arguments[0]), str(arguments[1])
        if node.func.id == "documented":
            yield documented(page, command).text
        elif node.func.id == "documented_block":
            yield from (one.text for one in documented_block(page, command).commands)


def steps_of_ci() -> set[str]:
    """Return the commands that the workflow runs unchanged."""
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    return set(re.findall(r"- run: (.+)", workflow))


def is_accounted_for(command: Command) -> bool:
    return (
        command.reason is not None
        or command.text.startswith(WITHOUT_EFFECT)
        or command.text in steps_of_ci()
        or command.text in run_by_tests()
    )


def shell_blocks(page: str) -> list[Block]:
    return [block for block in blocks(page) if block.language in SHELL]


@pytest.mark.parametrize("page", PAGES)
def test_every_documented_command_is_run_or_has_a_reason(page: str) -> None:
    commands = [command for block in shell_blocks(page) for command in block.commands]

    assert [f"{one.page}:{one.line}: {one.text}" for one in commands if not is_accounted_for(one)] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_tested_command_is_not_marked_as_not_run(page: str) -> None:
    commands = [command for block in shell_blocks(page) for command in block.commands if command.reason]

    assert [f"{one.page}:{one.line}: {one.text}" for one in commands if one.text in run_by_tests()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_block_has_a_language(page: str) -> None:
    """A block of commands without a language would not be checked."""
    assert [f"{page}:{block.line}" for block in blocks(page) if block.language not in LANGUAGES] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_the_prose_exist(page: str) -> None:
    text = without_blocks((ROOT / page).read_text(encoding="utf-8"))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    scripts = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))["scripts"]
    targets = set(re.findall(r"`make ([a-z][a-z0-9-]*)", text))
    missing = [f"make {target}" for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)]
    # ops/deprecated.py runs these without a module of the name.
    deprecated = {f"ops.{name.replace('-', '_')}" for name in command_names()}
    modules = set(MODULE.findall(text)) - deprecated
    missing += [f"python -m {name}" for name in modules if importlib.util.find_spec(name) is None]
    missing += [f"python -m ops {name}" for name in set(OPERATION.findall(text)) - set(command_names())]
    missing += [name for name in re.findall(r"npm --prefix web run ([a-z:]+)", text) if name not in scripts]

    assert missing == []


def test_an_untested_command_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test the check itself with a new command and with one that a test no longer runs."""
    command = documented("docs/cost.md", "python -m ops cost")
    assert is_accounted_for(command)

    monkeypatch.setitem(globals(), "run_by_tests", frozenset)

    assert not is_accounted_for(command)
