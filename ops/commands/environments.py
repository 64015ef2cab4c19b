"""``python -m ops environments``."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from common.exit_codes import EXIT_OK
from ops.command_line import Command, format_option


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
    listed = [*order.steps.values(), *(one for one in known if one.name not in order.steps)]
    if format == "matrix":
        print(json.dumps(order.environments))
    elif format == "json":
        print(json.dumps([asdict(one) for one in listed], indent=1))
    else:
        for one in listed:
            notes = [f"after {one.after}" if one.after else "takes every commit" if one.workflows else "no releases"]
            notes += ["production"] * one.production + ["requires the lock file"] * one.require_lock_file
            print(f"{one.name:12}  {', '.join(notes)}")
    return EXIT_OK
