"""``python -m ops history``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK
from ops.command_line import Command, environment_option, format_option, settings_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command, examples=["python -m ops history --environment prod"])
@environment_option()
@format_option("text", "json")
@settings_option
def history(*, environment: str, format: str, settings: Path) -> int:  # noqa: A002 - the option's name
    """List the deployments of an environment, newest first.

    The first word of a line is the name of the deployment for `rollback --to`.
    """
    from ops.history import History
    from ops.order import PromotionOrder
    from ops.rollback import print_deployments
    from terraform.stack import Stack

    PromotionOrder.load().check(environment)
    print_deployments(History.of(Stack.find(settings, environment)), format)
    return EXIT_OK
