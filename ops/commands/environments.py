"""``python -m ops environments``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK
from ops.command_line import Command, format_option

if TYPE_CHECKING:
    from ops.order import Environment


@click.command(
    cls=Command,
    examples=["python -m ops environments", "python -m ops environments --format matrix"],
)
@format_option("text", "json", "matrix")
def environments(*, format: str) -> int:  # noqa: A002 - the option's name
    """List the environments in the promotion order.

    The table [promotion] in environments/NAME.toml sets the position of an environment. Environments that receive no
    releases are listed last, and are not in the matrix for GitHub's workflows.
    """
    from ops.order import PromotionOrder, read_environments

    known = read_environments()
    order = PromotionOrder.of(known)
    listed = [*order.steps.values(), *(environment for environment in known if environment.name not in order.steps)]
    if format == "matrix":
        print(json.dumps(order.environments))
    elif format == "json":
        print(json.dumps([asdict(environment) for environment in listed], indent=1))
    else:
        for environment in listed:
            print(f"{environment.name:12}  {', '.join(_notes(environment))}")
    return EXIT_OK


def _notes(environment: Environment) -> list[str]:
    if environment.after:
        notes = [f"after {environment.after}"]
    else:
        notes = ["takes every commit" if environment.workflows else "no releases"]
    if environment.production:
        notes.append("production")
    if environment.require_lock_file:
        notes.append("requires the lock file")
    return notes
