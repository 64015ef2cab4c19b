"""``python -m ops rollback``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from common.exit_codes import EXIT_OK, REFUSED
from ops.command_line import (
    Command,
    approvals_option,
    environment_option,
    format_option,
    lock_file_option,
    refuse_usage,
    settings_option,
)


@click.command(
    cls=Command,
    examples=[
        "python -m ops rollback --environment prod --to RECORD",
        "python -m ops rollback --environment prod --to RECORD --apply",
    ],
)
@environment_option()
@click.option("--to", metavar="RECORD", help="The deployment to return to: a name from `history`, or a file.")
@click.option("--list", "list_deployments", is_flag=True, help="List the deployments, newest first, as `history` does.")
@format_option("text", "json")
@click.option("--apply", is_flag=True, help="Apply the plan, unless it is refused.")
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
    approvals: Path | None,
    settings: Path,
    lock_file: Path,
) -> int:
    """Return to a release that an environment had before.

    Plans and reviews the stored artifact of that release; nothing is synthesized again. Data is not rolled back, and a
    rollback that would lose data is refused as any plan is. --format applies to --list.
    """
    from common.commands import log
    from ops.approvals import read_approvals
    from ops.commit import Commit
    from ops.history import History
    from ops.order import PromotionOrder
    from ops.plan import PlanRequest, make_plan
    from ops.promote import Promotion
    from ops.review import review
    from ops.rollback import print_deployments, target_of
    from terraform.stack import Stack

    if (to is None) is not list_deployments:
        refuse_usage("Give either --to or --list.")
    order = PromotionOrder.load()
    order.check(environment)
    history = History.of(Stack.find(settings, environment))
    if to is None:
        print_deployments(history, format)
        return EXIT_OK
    target = target_of(history, to, order.steps[environment])
    with tempfile.TemporaryDirectory() as folder:
        stack = history.stack(target, Path(folder) / "stack")
        last = history.last()
        request = PlanRequest(
            stack,
            target.review.release_sha256,
            Path(folder) / "rollback.tfplan",
            lock_file,
            rollback_of=last.review.release_sha256 if last else None,
            commit=Commit(target.review.commit, dirty=target.review.dirty),
        )
        made = make_plan(request, order)
        allowed = read_approvals(approvals)
        reviewed = review(made.plan, allowed, environment)
        sys.stdout.write(reviewed.summary())
        if reviewed.is_refused:
            return REFUSED
        if apply:
            Promotion(stack, request.out, made.record, lock_file, allowed).apply(order)
        else:
            log("Nothing has been applied. The same command with --apply plans again and applies.")
    return EXIT_OK
