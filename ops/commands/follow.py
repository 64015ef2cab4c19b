"""``python -m ops follow``."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK, REFUSED
from ops.command_line import (
    Command,
    FiniteNumber,
    environment_option,
    format_option,
    refuse_usage,
    stacks_option,
)

if TYPE_CHECKING:
    from pathlib import Path

HOURS = 1.0
_MOST_HOURS = 24.0 * 3_660
"""The longest time that CloudWatch Logs keeps a line."""
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


@click.command(
    cls=Command,
    examples=[
        "python -m ops follow 164e4202-0f4d-4110-8d57-fdb92518ff14 --environment prod",
        "python -m ops follow 164e4202-0f4d-4110-8d57-fdb92518ff14 --environment prod --hours 24 --format json",
    ],
    exit_codes={REFUSED: "No log line was found."},
)
@click.argument("request_id")
@environment_option()
@stacks_option
@click.option(
    "--hours",
    type=FiniteNumber(0, _MOST_HOURS),
    default=HOURS,
    show_default=f"{HOURS:g}",
    help="How far back to search.",
)
@format_option("text", "json")
def follow(*, request_id: str, environment: str, stacks: Path, hours: float, format: str) -> int:  # noqa: A002 - the option's name
    """Follow one API request through the logs of AppSync and the functions.

    REQUEST_ID is the response header x-amzn-requestid, or requestId in the item of a message. A request that a function
    sends in turn is followed too. For a long time span, CloudWatch Logs Insights answers faster: docs/operations.md,
    "Trace a request".
    """
    import boto3

    from common.commands import log
    from ops.follow import Logs, log_groups, print_lines
    from terraform.stack import Stack

    if not _ID.fullmatch(request_id):
        refuse_usage(f"{request_id!r} is not a request id: 8 to 64 letters, digits and hyphens")
    stack = Stack.find(stacks, environment)
    groups = log_groups(stack, boto3.client("appsync", region_name=stack.region))
    begin = max(int((time.time() - hours * 3600) * 1000), 0)
    lines = Logs(boto3.client("logs", region_name=stack.region), groups, begin).follow(request_id)
    print_lines(lines, format)
    if not lines:
        log(f"No line of the last {hours:g} hours has {request_id}. Logs arrive within a minute.")
    return EXIT_OK if lines else REFUSED
