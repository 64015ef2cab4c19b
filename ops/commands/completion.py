"""``python -m ops completion``."""

from __future__ import annotations

import sys

import click

from common.exit_codes import EXIT_OK
from ops.command_line import Command


@click.command(cls=Command, examples=['eval "$(.venv/bin/python -m ops completion bash)"'])
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
def completion(*, shell: str) -> int:
    """Print the shell completion for bash, fish or zsh.

    The script defines the function `ops`, which runs this program, and completes the names of commands, options,
    environments and files. Add the line of the example to ~/.bashrc or ~/.zshrc; for fish, add
    `.venv/bin/python -m ops completion fish | source` to ~/.config/fish/config.fish. Use the full path of Python there.
    """
    from ops.completion import script

    sys.stdout.write(script(shell, sys.executable))
    return EXIT_OK
