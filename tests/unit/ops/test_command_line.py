"""Tests of ``python -m ops``: help, both forms of each command, wrong usage, Ctrl-C, and shell completion."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

import click
import pytest

from common.exit_codes import EXIT_OK, FAILED, INTERRUPTED, MEANINGS, USAGE
from ops import deprecated
from ops.__main__ import main, operations
from ops.command_line import Command, command_names, summary
from ops.completion import SCRIPTS, VARIABLE, script
from tests.helpers.commands import ROOT, captured, commands
from tests.helpers.documents import documented_block

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = command_names()
HEAVY = {"boto3", "botocore", "cdktf", "jsii", "graphql", "checkov"}
"""Packages that are slow to import."""
BASH = """
COMP_WORDS=({words}) COMP_CWORD={position} COMP_LINE="{words}"
_ops_completion 2>/dev/null
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def leaves() -> Iterator[Command]:
    """Return all commands that are not groups."""
    for command in commands():
        if command.module == "ops" and not command.has_more:
            parser = command.parser()
            assert isinstance(parser, Command)
            yield parser


LEAVES = list(leaves())


def in_process(*arguments: str) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and output."""
    with captured() as (output, errors):
        code = main(arguments)
    return code, output.getvalue(), errors.getvalue()


def python(*arguments: str, **variables: str) -> tuple[int, str, str]:
    """Run Python in the checkout; return its exit code and output."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


# --- Both forms ---


@pytest.mark.parametrize("name", NAMES)
def test_the_deprecated_form_is_the_same_command(name: str) -> None:
    module = f"ops.{name.replace('-', '_')}"

    former = python("-m", module, "--no-such-option")

    assert former == in_process(name, "--no-such-option")
    assert former[0] in {USAGE, FAILED}
    assert "No such option '--no-such-option'" in former[2]


def test_the_deprecated_form_has_the_same_result() -> None:
    former = python("-m", "ops.policy", "--rules")

    assert former == in_process("policy", "--rules")
    assert former[0] == EXIT_OK
    assert former[1]


@pytest.mark.parametrize(
    ("given", "original", "module"),
    [
        (["-m", "--rules"], ["python", "-m", "ops.policy", "--rules"], "ops.policy"),
        (["-m"], ["python", "-X", "dev", "-mops.policy"], "ops.policy"),
        (["ops/__main__.py", "-m", "x"], ["python", "-m", "ops", "-m", "x"], ""),
        (["-c", "x"], ["python", "-c", "import ops", "x"], ""),
    ],
)
def test_the_usage_names_the_started_module(
    given: list[str], original: list[str], module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", given)
    monkeypatch.setattr(sys, "orig_argv", original)

    assert deprecated.started_module() == module


def test_commands_that_run_before_the_installation_need_no_package() -> None:
    for module in ("ops.lockfile", "ops.installation", "ops.installation.leftovers"):
        code, output, errors = python("-S", "-m", module, "--help")
        assert (code, errors) == (EXIT_OK, "")
        assert output.startswith(f"usage: python -m {module}")


@pytest.mark.parametrize("words", [["ops"], ["ops", "plan", "--help"], ["ops.plan", "--help"]], ids=" ".join)
def test_a_missing_installation_is_reported_with_the_missing_package(words: list[str]) -> None:
    code, output, errors = python("-S", "-m", *words)

    assert (code, output) == (FAILED, "")
    assert errors.startswith("The Python package click is not installed")
    assert "`make bootstrap" in errors


# --- Help ---


def test_the_help_lists_all_commands_and_exit_codes() -> None:
    code, output, _ = in_process("--help")

    assert code == EXIT_OK
    words = " ".join(output.split())
    for name in NAMES:
        assert f" {name} {summary(name)}" in words
    for exit_code, meaning in MEANINGS.items():
        assert f" {exit_code} {meaning}" in words


def test_without_a_command_the_help_is_printed() -> None:
    code, output, errors = in_process()

    assert (code, output) == (USAGE, "")
    assert errors == in_process("--help")[1]


@pytest.mark.parametrize("command", LEAVES, ids=[command.name for command in LEAVES])
def test_every_command_has_one_to_three_examples_that_it_accepts(command: Command) -> None:
    assert 1 <= len(command.examples) <= 3
    for example in command.examples:
        _, _, arguments = example.partition("python -m ops ")
        words = shlex.split(arguments.removesuffix(')"'))
        group: click.Command = operations
        while isinstance(group, click.Group):
            assert group.get_command(click.Context(group), words[0]), example
            group = group.get_command(click.Context(group), words.pop(0)) or group
        assert group.name == command.name
        group.make_context(example, words)


def test_help_and_completion_do_not_import_slow_packages() -> None:
    program = (
        "import json, sys\n"
        "from ops.__main__ import main\n"
        f"for name in {NAMES!r}: assert main([name, '--help']) == 0\n"
        "main(['--help'])\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    _, _, errors = python("-c", program)
    assert HEAVY.isdisjoint(json.loads(errors))
    code, output, errors = python(
        *("-X", "importtime", "-m", "ops"), **completing("bash", "ops drift --environment ", 3)
    )
    assert (code, output.split()[0]) == (0, "plain,dev")
    assert HEAVY.isdisjoint(line.rpartition("|")[2].strip() for line in errors.splitlines())


# --- Wrong usage ---


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (["pan"], "No such command 'pan'. Did you mean 'plan'?"),
        (["plan_store"], "No such command 'plan_store'. Did you mean 'plan-store'?"),
        (["plan-store", "gut"], "No such command 'gut'."),
        (["review", "--plan-jsn", "x"], "No such option '--plan-jsn'. Did you mean '--plan-json'?"),
        (["review", "--format", "xml"], "'xml' is not one of 'markdown', 'text', 'json'."),
        (["nothing-like-it"], "No such command 'nothing-like-it'."),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_wrong_usage_suggests_the_nearest_option_and_the_help(arguments: list[str], nearest: str) -> None:
    code, output, errors = in_process(*arguments)

    assert (code, output) == (USAGE, "")
    assert nearest in errors
    assert "--help' for help." in errors


def test_ctrl_c_prints_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("ops.order.PromotionOrder.load", interrupted)
    code, output, errors = in_process("history", "--environment", "dev")

    assert (code, output) == (INTERRUPTED, "")
    assert errors == "Interrupted. See docs/promotion.md, Recovery, if Terraform was applying.\n"


# --- Shell completion ---


def completing(shell: str, words: str, position: int) -> dict[str, str]:
    """Return the variables with which a shell's script requests completions."""
    return {VARIABLE: f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": str(position)}


@pytest.mark.parametrize(
    ("words", "position", "expected"),
    [
        ("ops pl", 1, ["plan", "plan-store"]),
        ("ops plan-store ''", 2, ["get", "put"]),
        ("ops review --plan", 2, ["--plan-json"]),
        ("ops drift --environment st", 3, ["staging"]),
        ("ops review --format ''", 3, ["markdown", "text", "json"]),
    ],
)
def test_bash_completes(words: str, position: int, expected: list[str]) -> None:
    program = script("bash", sys.executable) + BASH.format(words=words, position=position)

    done = subprocess.run(["bash", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.split() == expected


def test_the_documented_completion(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    block = documented_block("docs/operations.md", "eval")
    program = f"{block.text}\n{BASH.format(words='ops rollb', position=1)}"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"}

    done = subprocess.run(
        ["bash", "-euc", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.startswith("Usage: python -m ops drift")
    assert done.stdout.splitlines()[-1] == "rollback"


@pytest.mark.parametrize("shell", SCRIPTS)
def test_every_script_calls_this_python(shell: str) -> None:
    code, output, _ = in_process("completion", shell)

    assert code == EXIT_OK
    assert f"{VARIABLE}={shell}_complete {shlex.quote(sys.executable)} -m ops" in output
    assert "PYTHON" not in output


@pytest.mark.parametrize(
    ("shell", "current", "expected"),
    [("zsh", "1", ["plain", "smoke", summary("smoke")]), ("fish", "sm", [f"plain,smoke\t{summary('smoke')}"])],
)
def test_the_completion_format_of_other_shells(shell: str, current: str, expected: list[str]) -> None:
    variables = {VARIABLE: f"{shell}_complete", "COMP_WORDS": "ops sm", "COMP_CWORD": current}

    code, output, _ = python("-m", "ops", **variables)

    assert (code, output.splitlines()) == (EXIT_OK, expected)


def test_the_changelog_names_the_release_that_removes_the_deprecated_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert deprecated.__doc__ is not None
    version = deprecated.__doc__.partition("removed in version ")[2].partition(".\n")[0]
    assert f"`python -m ops.plan` forms work until {version}" in text
