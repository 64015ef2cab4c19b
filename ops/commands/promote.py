"""``python -m ops promote``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK
from ops.command_line import (
    FILE,
    Command,
    approvals_option,
    environment_names,
    lock_file_option,
    stacks_option,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=[
        "python -m ops promote --to dev --plan dev.tfplan --record dev.json",
        "python -m ops promote --from dev --to staging --plan staging.tfplan --record staging.json",
    ],
)
@click.option(
    "--from",
    "source",
    metavar="NAME",
    shell_complete=environment_names,
    help="Environment that has the release. Omit it for the first environment.",
)
@click.option(
    "--to",
    "environment",
    required=True,
    metavar="NAME",
    shell_complete=environment_names,
    help="Environment that receives the release.",
)
@click.option("--plan", type=FILE, required=True, help="The reviewed plan: --out of `plan`.")
@click.option("--record", type=FILE, required=True, help="Its review record: --record of `plan`.")
@approvals_option
@stacks_option
@lock_file_option
@click.option(
    "--source-record",
    type=FILE,
    help="Deployment record of --from, if these credentials cannot read its state bucket.",
)
@click.option("--deployment", type=FILE, help="File that receives the deployment record (JSON).")
def promote(
    *,
    source: str | None,
    environment: str,
    plan: Path,
    record: Path,
    approvals: Path | None,
    stacks: Path,
    lock_file: Path,
    source_record: Path | None,
    deployment: Path | None,
) -> int:
    """Apply exactly the plan that was reviewed.

    A release goes through the environments in the order of `python -m ops environments`. A plan is refused if anything
    that it was made from has changed since the review; then nothing is applied.
    """
    from ops.artifacts import release_digest
    from ops.files import clear_outputs
    from ops.history import History
    from ops.order import ROOT, PromotionOrder
    from ops.promote import Promotion, last_deployment
    from ops.promotion_checks import (
        check_artifact,
        check_commit,
        check_environment,
        check_plan,
        check_purpose,
        check_source,
    )
    from ops.record_key import RecordKey
    from ops.records import ReviewRecord, read_record, write_record
    from ops.review.approvals import read_approvals
    from terraform.stack import Stack

    clear_outputs(deployment, inputs=(plan, record, source_record, approvals))
    order = PromotionOrder.load()
    reviewed = read_record(record, ReviewRecord)
    check_environment(reviewed, environment, source, order)
    check_purpose(reviewed)
    RecordKey(order.steps[environment]).verify(reviewed, str(record))
    stack = Stack.find(stacks, environment)
    check_plan(reviewed, plan)
    check_artifact(reviewed, stack, release_digest(stacks, order.environments))
    if source is not None:
        last = last_deployment(order.steps[source], order.steps[environment], stacks, source_record)
        check_source(reviewed, source, last)
    check_commit(reviewed, History.of(stack).last(), ROOT)
    deployed = Promotion(stack, plan, reviewed, lock_file, read_approvals(approvals)).apply(order)
    if deployment is not None:
        write_record(deployed, deployment)
    return EXIT_OK
