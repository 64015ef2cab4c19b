"""``python -m ops smoke``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK, REFUSED
from ops.command_line import FILE, Command

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=["python -m ops smoke --outputs outputs.json"],
    exit_codes={REFUSED: "The API or the user pool does not answer as it should."},
)
@click.option("--outputs", type=FILE, required=True, help="Output of `terraform output -json`.")
@click.option("--cognito", metavar="URL", help="Endpoint of Cognito, if it is not the one in AWS.")
def smoke(*, outputs: Path, cognito: str | None) -> int:
    """Check that a deployment answers; no account is needed.

    Checks that the API refuses requests without a token, and that the user pool publishes the keys that its tokens are
    verified with.
    """
    from ops.smoke import read_outputs
    from ops.smoke import smoke as check

    values = read_outputs(outputs)
    print(*check(values, cognito or f"https://cognito-idp.{values['Region']}.amazonaws.com"), sep="\n")
    return EXIT_OK
