"""``python -m ops quotas``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK
from ops.command_line import Command, environment_option, stacks_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command, examples=["python -m ops quotas --environment dev"])
@environment_option("Environment; run `make synth` first.")
@stacks_option
def quotas(*, environment: str, stacks: Path) -> int:
    """Print the account quotas that an environment comes near in a new account.

    The numbers are those of the synthesized resources; no account is read. `plan` prints the same before the first
    apply of an environment.
    """
    from ops.quotas import report
    from terraform.stack import Stack

    click.echo(report(Stack.find(stacks, environment)))
    return EXIT_OK
