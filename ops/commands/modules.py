"""``python -m ops modules``."""

from __future__ import annotations

import click

from common.exit_codes import REFUSED
from ops.command_line import Command


@click.command(
    cls=Command,
    examples=["python -m ops modules"],
    exit_codes={REFUSED: "A module does not pass. The message is Terraform's."},
)
def modules() -> int:
    """Check the format and validity of the HCL modules and run their tests.

    Terraform works in a copy; nothing is written below modules/. The provider comes from a mirror on this machine, or
    else from the registry. If neither has it, only the format is checked, and the output states that.
    """
    from ops.modules import check_modules

    return check_modules()
