"""``python -m ops destroy``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from common.exit_codes import EXIT_OK
from ops.command_line import (
    Command,
    environment_option,
    format_option,
    lock_file_option,
    refuse_usage,
    stacks_option,
)


@click.command(
    cls=Command,
    examples=[
        "python -m ops destroy --environment staging",
        "python -m ops destroy --environment staging --confirm staging",
        "python -m ops destroy --environment staging --confirm staging --deployed",
    ],
)
@environment_option()
@click.option("--confirm", metavar="NAME", help="The name of the environment again: destroy it.")
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
    deployed: bool,
    format: str,  # noqa: A002 - the option's name
    stacks: Path,
    lock_file: Path,
) -> int:
    """Destroy an environment, except for what is protected.

    Without --confirm, plans only and lists what would stay. `terraform destroy` destroys nothing at all if one resource
    has prevent_destroy; this command keeps the protected resources and those that they depend on, and destroys the
    rest. docs/promotion.md, Destroy, describes how to remove a protection first.
    """
    from ops.destroy import destroy as destroy_stack
    from ops.destroy import print_outcome
    from ops.drift import deployed_stack
    from ops.order import PromotionOrder
    from ops.provider_lock import committed_lock
    from ops.terraform import Terraform
    from terraform.stack import Stack

    if confirm not in {None, environment}:
        refuse_usage(f'--confirm "{confirm}" is not --environment "{environment}"')
    order = PromotionOrder.load()
    order.check(environment)
    stack = Stack.find(stacks, environment)
    with tempfile.TemporaryDirectory() as folder:
        if deployed:
            stack, _ = deployed_stack(stack, Path(folder) / "stack")
        terraform = Terraform.open(stack)
        terraform.prepare(committed_lock=committed_lock(environment, order, lock_file))
        count, left = destroy_stack(terraform, confirmed=confirm is not None)
    print_outcome(environment, count, left, confirmed=confirm is not None, style=format)
    return EXIT_OK
