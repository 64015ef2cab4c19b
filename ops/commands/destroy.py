"""``python -m ops destroy``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK
from ops.command_line import (
    FILE,
    Command,
    environment_option,
    format_option,
    lock_file_option,
    refuse_usage,
    stacks_option,
)

if TYPE_CHECKING:
    from ops.destroy import PlannedDestruction
    from ops.destruction import Destruction
    from ops.plan_files import PlanFiles


@click.command(
    cls=Command,
    examples=[
        "python -m ops destroy --environment staging",
        "python -m ops destroy --environment staging --confirm staging --deployed",
        "python -m ops destroy --environment staging --plan staging.tfplan --record staging.json --confirm staging",
    ],
)
@environment_option()
@click.option("--confirm", metavar="NAME", help="The name of the environment again: destroy it.")
@click.option("--plan", type=FILE, help="File of the plan: written, or applied exactly with --confirm.")
@click.option("--record", type=FILE, help="File of the plan's review record (JSON), with --plan.")
@click.option(
    "--deployed",
    is_flag=True,
    help="Use the stored stack of the last deployment; --stacks then only names the location of the state.",
)
@format_option("text", "json")
@stacks_option
@lock_file_option
def destroy(
    *,
    environment: str,
    confirm: str | None,
    plan: Path | None,
    record: Path | None,
    deployed: bool,
    format: str,  # noqa: A002 - the option's name
    stacks: Path,
    lock_file: Path,
) -> int:
    """Destroy an environment, except for what is protected.

    Without --confirm, plans only and lists what would be destroyed and what would stay. `terraform destroy` destroys
    nothing at all if one resource has prevent_destroy; this command keeps the protected resources and those that they
    depend on, and destroys the rest. docs/promotion.md, Destroy, describes how to remove a protection first.

    With --plan and --record, a first run without --confirm writes the plan and its record, and a second one with
    --confirm applies exactly this plan, for example after an approval. --confirm alone plans and destroys in one run.
    """
    from ops.destroy import print_outcome
    from ops.destruction import Destruction
    from ops.history import History, deployed_stack
    from ops.order import PromotionOrder
    from ops.plan_files import PlanFiles
    from terraform.stack import Stack

    if confirm not in {None, environment}:
        refuse_usage(f'--confirm "{confirm}" is not --environment "{environment}"')
    files = PlanFiles(plan, record) if plan and record else None
    if files is None and (plan or record):
        refuse_usage("Give both --plan and --record, or neither.")
    order = PromotionOrder.load()
    order.check(environment)
    stack = Stack.find(stacks, environment)
    last = History.of(stack).last()
    with tempfile.TemporaryDirectory() as folder:
        if deployed:
            stack, _ = deployed_stack(stack, last, Path(folder) / "stack")
        destruction = Destruction(stack, last, order, lock_file)
        planned = _run(destruction, files, Path(folder) / "destroy.tfplan", is_confirmed=confirm is not None)
    print_outcome(environment, planned, confirmed=confirm is not None, style=format)
    return EXIT_OK


def _run(destruction: Destruction, files: PlanFiles | None, file: Path, *, is_confirmed: bool) -> PlannedDestruction:
    from ops.files import clear_outputs

    if files is None:
        return destruction.apply(file) if is_confirmed else destruction.plan(file)
    if is_confirmed:
        return destruction.apply_reviewed(files)
    clear_outputs(files.plan, files.record)
    return destruction.plan_to(files)
