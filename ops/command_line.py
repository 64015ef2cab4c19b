"""The command line of ``python -m ops``: the group of all commands, and the options that several commands share.

A command is a file in ``ops/commands``: ``plan_store.py`` defines the function ``plan_store``, which is the command
``plan-store``. Modules that take long to import, such as boto3, are imported in the function, so that help and shell
completion are quick.
"""

from __future__ import annotations

import ast
import importlib
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click
from click.shell_completion import CompletionItem

from common.environment_files import PROVIDER_LOCK_FILE, environment_files
from common.exit_codes import MEANINGS, USAGE
from ops.order import ROOT
from ops.provider_lock import default_lock
from terraform.stack import STACKS

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "python -m ops"
FOLDER = Path(__file__).with_name("commands")

Decorated = TypeVar("Decorated", bound=Callable[..., Any] | click.Command)


class PathType(click.Path):
    """A path as `pathlib.Path`, which may be missing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ANN401 - click's signature
        """Return the path; refuse an empty path and a path with NUL."""
        text = str(value)
        if not text or "\0" in text:
            self.fail(f"{text!r} is not a path.", param, ctx)
        return Path(text)


class FiniteNumber(click.FloatRange):
    """A number between two others, without infinity and NaN."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - click's signature
        """Return the number."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


FILE = PathType(dir_okay=False)
DIRECTORY = PathType(file_okay=False)


class Command(click.Command):
    """A command with examples and, if they differ from those of other commands, exit codes.

    Args:
        examples: complete command lines.
        exit_codes: exit code -> its meaning for this command.
        usage_code: the exit code for wrong usage.
    """

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401 - click's own
        examples: Sequence[str] = (),
        exit_codes: Mapping[int, str] | None = None,
        usage_code: int = USAGE,
        **options: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(*arguments, **options)
        self.examples = examples
        self.exit_codes = exit_codes or {}
        self.usage_code = usage_code

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; the error for missing options names all of them."""
        given = list(args)  # the parser empties the list
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter:
            values, _, _ = self.make_parser(ctx).parse_args(given)
            required = [parameter for parameter in self.params if parameter.required]
            missing = [option for option in required if option.value_is_missing(option.consume_value(ctx, values)[0])]
            if len(missing) < 2:  # noqa: PLR2004 - click's own message names a single option
                raise
            names = ", ".join(parameter.get_error_hint(ctx) for parameter in missing)
            raise click.UsageError(f"Missing: {names}.", ctx=ctx) from None

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the exit codes."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")
        if self.exit_codes:
            write_exit_codes(formatter, self.exit_codes)


class Commands(click.Group):
    """The group of all commands, each of which is imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return command_names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"ops.commands.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the named command; the error for an unknown name suggests the nearest name."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            names = self.list_commands(ctx)
            raise click.NoSuchCommand(error.command_name, possibilities=names, ctx=ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the commands and options that begin with a text."""
        found = [CompletionItem(name, help=summary(name)) for name in command_names() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write one line for each command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(name)) for name in command_names()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the exit codes of all commands."""
        super().format_epilog(ctx, formatter)
        write_exit_codes(formatter, MEANINGS)


def command_names() -> list[str]:
    """Return the names of all commands, sorted."""
    return sorted(file.stem.replace("_", "-") for file in FOLDER.glob("[a-z]*.py"))


def summary(name: str) -> str:
    """Return the first line of a command's help, without importing the command."""
    name = name.replace("-", "_")
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return (ast.get_docstring(next(functions)) or "").partition("\n")[0]


def write_exit_codes(formatter: click.HelpFormatter, meanings: Mapping[int, str]) -> None:
    """Write a section with exit codes."""
    with formatter.section("Exit codes"):
        formatter.write_dl([(str(code), meaning) for code, meaning in meanings.items()])


def refuse_usage(message: str) -> NoReturn:
    """End the current command with wrong usage.

    Raises:
        click.UsageError: always.
    """
    click.get_current_context().fail(message)


# --- Options that several commands share ---


def environment_option(
    help: str = "Name of the environment, for example dev.",  # noqa: A002 - as click names it
    *,
    required: bool = True,
    **attributes: Any,  # noqa: ANN401 - click's own
) -> Callable[[Decorated], Decorated]:
    """Return the option ``--environment``."""
    given: dict[str, Any] = {
        "required": required,
        "metavar": "NAME",
        "help": help,
        "shell_complete": environment_names,
    } | attributes
    return click.option("--environment", **given)


def environment_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the environments that begin with a text, for shell completion."""
    return [name for name in environment_files(ROOT, os.environ) if name.startswith(incomplete)]


def format_option(*formats: str) -> Callable[[Decorated], Decorated]:
    """Return the option ``--format``, whose default is the first format."""
    return click.option(
        "--format", type=click.Choice(formats), default=formats[0], show_default=True, help="Format of the output."
    )


stacks_option = click.option(
    "--stacks", type=DIRECTORY, default=STACKS, show_default=True, help="Folder with the synthesized stacks."
)
settings_option = click.option(
    "--settings",
    type=DIRECTORY,
    default=STACKS,
    show_default=True,
    help="Folder with the synthesized stacks that name the location of the state.",
)
lock_file_option = click.option(
    "--lock-file",
    type=FILE,
    default=default_lock,
    show_default=PROVIDER_LOCK_FILE,
    help="The committed provider lock file.",
)
approvals_option = click.option("--approvals", type=FILE, help="Approval file (TOML): docs/promotion.md, Approvals.")
