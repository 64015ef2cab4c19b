"""``python -m ops``: the commands for operators. ``python -m ops --help`` lists them."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from common.commands import run
from common.exit_codes import USAGE
from ops.command_line import PROGRAM, Command, Commands
from ops.completion import VARIABLE, complete

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 100


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDTH})
def operations() -> None:
    """Commands for the operators of the chat backend.

    Run them in the checkout. `python -m ops COMMAND --help` describes one command and shows examples.
    docs/promotion.md describes deployments, docs/operations.md everything after them.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code.

    Args:
        arguments: the command and its arguments (default: those of the process).
    """
    return run(partial(_run, list(sys.argv[1:] if arguments is None else arguments)), name=PROGRAM)


def _run(arguments: list[str]) -> int:
    if instruction := os.environ.get(VARIABLE):
        return complete(operations, instruction)
    try:
        with operations.make_context(PROGRAM, arguments) as context:
            code: int = operations.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        context_of_error = getattr(error, "ctx", None)
        command = context_of_error.command if context_of_error else None
        return command.usage_code if isinstance(command, Command) else USAGE
    return code


if __name__ == "__main__":
    sys.exit(main())
