"""``python -m ops redrive``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import REFUSED
from ops.command_line import Command, environment_option, refuse_usage, stacks_option

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 10
MOST = 1_000
"""Messages at once."""


@click.command(
    cls=Command,
    examples=[
        "python -m ops redrive list --environment prod",
        "python -m ops redrive peek notifications --environment prod",
        "python -m ops redrive run notifications --environment prod --limit 10 --dry-run",
    ],
    exit_codes={REFUSED: "A message that was processed is still in the queue."},
)
@click.argument("action", type=click.Choice(["list", "peek", "run"]))
@click.argument("function", required=False)
@environment_option()
@click.option(
    "--limit",
    type=click.IntRange(1, MOST),
    default=LIMIT,
    show_default=True,
    help="Maximum number of messages.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be repeated, and do nothing.")
@click.option("--discard-lost", is_flag=True, help="Delete messages whose records the stream no longer has.")
@stacks_option
def redrive(
    *,
    action: str,
    function: str | None,
    environment: str,
    limit: int,
    dry_run: bool,
    discard_lost: bool,
    stacks: Path,
) -> int:
    """Inspect and repeat the stream records that functions failed to process.

    FUNCTION is the name of the function's folder, for example notifications. `list` prints the length of each queue,
    `peek` describes messages. `run` reads the records from the table's stream, invokes the function with them, and
    deletes the message when all of them are processed. Repeating is safe: functions behind a stream are idempotent. A
    stream keeps records for 24 hours.
    """
    from common.commands import OperationError
    from ops.failed_batches import failure_queues
    from ops.redrive import Redrive, list_queues, peek, redrive_queue
    from terraform.stack import Stack

    if action != "list" and function is None:
        refuse_usage(f"{action} needs a function: python -m ops redrive list shows which there are")
    stack = Stack.find(stacks, environment)
    queues = failure_queues(stack)
    if function is not None and function not in queues:
        raise OperationError(f"{function} has no on-failure queue. There are: {', '.join(sorted(queues))}.")
    redrives = [Redrive.open(queues[name], stack.region) for name in sorted(queues) if function in {None, name}]
    if action == "list":
        return list_queues(redrives)
    if action == "peek":
        return peek(redrives[0], limit)
    if dry_run:
        return peek(redrives[0], limit, prefix="would repeat: ")
    return redrive_queue(redrives[0], limit, discard_lost=discard_lost)
