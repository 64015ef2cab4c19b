"""``python -m ops restore``."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ops.command_line import Command, environment_option, refuse_usage, stacks_option

if TYPE_CHECKING:
    from pathlib import Path


class Moment(click.ParamType[datetime]):
    """A moment in UTC, from ISO 8601 with a time zone."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401 - click's signature
        """Return the moment."""
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
            problem = "has no time zone"
        except (ValueError, OverflowError):
            problem = "is not a moment"
        message = f"{value!r} {problem}: write it in ISO 8601, for example 2030-01-02T03:04:05Z"
        raise click.BadParameter(message, ctx, param)


@click.command(
    cls=Command,
    examples=[
        "python -m ops restore window --environment prod",
        "python -m ops restore run --environment prod --generation 20300102 --to 2030-01-02T03:04:05Z",
        "python -m ops restore run --environment prod --generation 20300102 --latest --count",
    ],
)
@click.argument("action", type=click.Choice(["window", "run"]))
@environment_option()
@click.option("--generation", help="Part of the names of the restored tables: 1 to 16 characters of a-z and 0-9.")
@click.option("--to", type=Moment(), help="ISO 8601 with a time zone, for example 2030-01-02T03:04:05Z.")
@click.option("--latest", is_flag=True, help="The latest moment that can be restored, about five minutes ago.")
@click.option("--count", is_flag=True, help="Compare the numbers of items, which reads all of them.")
@stacks_option
def restore(
    *,
    action: str,
    environment: str,
    generation: str | None,
    to: datetime | None,
    latest: bool,
    count: bool,
    stacks: Path,
) -> int:
    """Restore the tables of an environment as of one second, beside those in use.

    `window` prints from when until when each table can be restored. `run` restores all tables to the same moment, waits
    until they can be read, compares keys and indexes, and prints the steps that take them into use. Tables in use are
    not changed. Running it again continues where it stopped.
    """
    import boto3

    from ops.restore import adoption, show_window
    from ops.restore import restore as restore_tables
    from ops.restored_tables import Recovery, restored_tables
    from terraform.stack import Stack

    if action == "run":
        _check(generation, to, latest=latest)
    stack = Stack.find(stacks, environment)
    recovery = Recovery(boto3.client("dynamodb", region_name=stack.region), restored_tables(stack, generation or "0"))
    if action == "window":
        return show_window(recovery)
    code = restore_tables(recovery, to, count=count)
    print(adoption(recovery, environment, generation or ""))
    return code


def _check(generation: str | None, to: datetime | None, *, latest: bool) -> None:
    """Refuse what ``run`` cannot do without."""
    from stacks.settings.data import GENERATION

    if not re.fullmatch(GENERATION, generation or ""):
        refuse_usage("run needs a --generation: 1-16 of a-z and 0-9, for example the day")
    if (to is None) is not latest:
        refuse_usage("run needs either --to a moment or --latest")
