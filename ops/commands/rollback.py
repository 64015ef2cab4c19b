"""``python -m ops rollback``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK, REFUSED
from ops.command_line import (
    FILE,
    Command,
    approvals_option,
    environment_option,
    format_option,
    lock_file_option,
    refuse_usage,
    settings_option,
)

if TYPE_CHECKING:
    from ops.plan_files import PlanFiles
    from ops.rollback import Rollback


@click.command(
    cls=Command,
    examples=[
        "python -m ops rollback --environment prod --to RECORD --apply",
        "python -m ops rollback --environment prod --to RECORD --plan prod.tfplan --record prod.json",
        "python -m ops rollback --environment prod --to RECORD --plan prod.tfplan --record prod.json --apply",
    ],
)
@environment_option()
@click.option("--to", metavar="RECORD", help="The deployment to return to: a name from `history`, or a file.")
@click.option("--list", "list_deployments", is_flag=True, help="List the deployments, newest first, as `history` does.")
@format_option("text", "json")
@click.option("--apply", is_flag=True, help="Apply the plan, unless it is refused.")
@click.option("--plan", type=FILE, help="File of the plan: written, or applied exactly with --apply.")
@click.option("--record", type=FILE, help="File of the plan's review record (JSON), with --plan.")
@approvals_option
@settings_option
@lock_file_option
def rollback(
    *,
    environment: str,
    to: str | None,
    list_deployments: bool,
    format: str,  # noqa: A002 - the option's name
    apply: bool,
    plan: Path | None,
    record: Path | None,
    approvals: Path | None,
    settings: Path,
    lock_file: Path,
) -> int:
    """Return to a release that an environment had before.

    Plans and reviews the stored artifact of that release; nothing is synthesized again. Data is not rolled back, and a
    rollback that would lose data is refused as any plan is. --format applies to --list.

    With --plan and --record, a first run without --apply writes the plan and its record, and a second one with --apply
    applies exactly this plan, for example after an approval. --apply alone plans and applies in one run.
    """
    from ops.history import History
    from ops.order import PromotionOrder
    from ops.plan_files import PlanFiles
    from ops.review.approvals import read_approvals
    from ops.rollback import Rollback, print_deployments, target_of
    from terraform.stack import Stack

    if (to is None) is not list_deployments:
        refuse_usage("Give either --to or --list.")
    files = PlanFiles(plan, record) if plan and record else None
    if files is None and (plan or record):
        refuse_usage("Give both --plan and --record, or neither.")
    order = PromotionOrder.load()
    order.check(environment)
    history = History.of(Stack.find(settings, environment))
    if to is None:
        print_deployments(history, format)
        return EXIT_OK
    allowed = read_approvals(approvals)
    target = target_of(history, to, order.steps[environment])
    with tempfile.TemporaryDirectory() as folder:
        stack = history.stack(target, Path(folder) / "stack")
        prepared = Rollback(stack, target, history.last(), order, lock_file, allowed)
        if files and apply:
            prepared.apply_reviewed(files)
            return EXIT_OK
        return _plan_and_apply(prepared, files, Path(folder) / "rollback.tfplan", apply=apply)


def _plan_and_apply(prepared: Rollback, files: PlanFiles | None, file: Path, *, apply: bool) -> int:
    from common.commands import log
    from ops.files import clear_outputs
    from ops.review import review

    if files:
        clear_outputs(files.plan, files.record)
        made = prepared.plan_to(files)
    else:
        made = prepared.plan(file)
    reviewed = review(made.plan, prepared.approvals, made.record.environment)
    sys.stdout.write(reviewed.summary())
    if reviewed.is_refused:
        return REFUSED
    if apply:
        prepared.apply(file, made.record)
    elif files:
        log("Nothing has been applied. The same command with --apply applies exactly this plan.")
    else:
        log("Nothing has been applied. The same command with --apply plans again and applies.")
    return EXIT_OK
