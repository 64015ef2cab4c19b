"""``python -m ops plan``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK
from ops.command_line import FILE, Command, approvals_option, environment_option, lock_file_option, stacks_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=["python -m ops plan --environment dev --out dev.tfplan --record dev.json --json dev.plan.json"],
)
@environment_option()
@click.option("--out", type=FILE, required=True, help="File that receives the plan.")
@click.option("--record", type=FILE, required=True, help="File that receives the review record (JSON).")
@click.option("--json", "json_file", type=FILE, help="File that receives the plan as JSON, for `review` and `policy`.")
@approvals_option
@click.option(
    "--review-only",
    is_flag=True,
    help="The plan is not applied: its record is not authenticated, which needs no permission on the record key.",
)
@stacks_option
@lock_file_option
def plan(
    *,
    environment: str,
    out: Path,
    record: Path,
    json_file: Path | None,
    approvals: Path | None,
    review_only: bool,
    stacks: Path,
    lock_file: Path,
) -> int:
    """Plan an environment, write its review record, and print the complete review.

    The record ties the plan and its JSON to the sources, the provider lock file and the state that it was made from.
    Files of an earlier plan under these names are removed first. A plan file contains values of the state: protect it
    as you protect the state.
    """
    from common.commands import log
    from ops.artifacts import release_digest
    from ops.files import clear_outputs
    from ops.make_plan import PlanRequest, counts, make_plan
    from ops.order import PromotionOrder
    from ops.quotas import report
    from ops.record_key import RecordKey
    from ops.records import write_record
    from ops.review import review
    from ops.review.approvals import read_approvals
    from terraform.stack import Stack

    clear_outputs(out, record, json_file, inputs=(approvals,))
    order = PromotionOrder.load()
    order.check(environment)
    stack = Stack.find(stacks, environment)
    key = RecordKey(order.steps[environment])
    if not review_only:
        key.check()  # not after minutes of planning
    allowed = read_approvals(approvals)
    release = release_digest(stacks, order.environments)
    made = make_plan(PlanRequest(stack, release, out, lock_file, review_only=review_only), order)
    if json_file is not None:
        json_file.write_bytes(made.plan.json)
    # At the end, because the other files are of no use without it.
    write_record(made.record if review_only else key.sign(made.record), record)
    if not made.plan.prior:  # an empty workspace has a state too
        log(report(stack))
    sys.stdout.write(review(made.plan, allowed, environment).text())
    log(f"Plan for {environment}: {counts(made.plan)}. Plan: {out}, record: {record}")
    return EXIT_OK
