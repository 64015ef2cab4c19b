"""``python -m ops drift``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from common.exit_codes import EXIT_OK, FAILED
from ops.command_line import (
    DIRECTORY,
    Command,
    environment_option,
    format_option,
    lock_file_option,
    settings_option,
)

DRIFT = 2
"""As ``terraform plan -detailed-exitcode``."""


@click.command(
    cls=Command,
    examples=["python -m ops drift --environment dev", "python -m ops drift --environment dev --format json"],
    exit_codes={
        EXIT_OK: "The environment is as deployed, or was destroyed.",
        DRIFT: "The environment differs, as with `terraform plan -detailed-exitcode`.",
        FAILED: "An error occurred, the command was refused, or its usage is wrong. Differences that were found "
        "nevertheless are printed.",
    },
    usage_code=FAILED,
)
@environment_option()
@format_option("text", "json")
@click.option("--stacks", type=DIRECTORY, help="Compare with these synthesized stacks, not with the last deployment.")
@settings_option
@lock_file_option
def drift(*, environment: str, format: str, stacks: Path | None, settings: Path, lock_file: Path) -> int:  # noqa: A002 - the option's name
    """Compare an environment with the release that was last deployed to it.

    The stored artifact of the last deployment is compared, so commits that are not deployed yet are not drift.
    Terraform finds changes of what it manages. This command also compares what Terraform never reads, such as the
    schema and the code of functions, and finds what was added outside Terraform, such as a policy attached to a role
    (docs/promotion.md lists the comparisons). Nothing is changed. An environment that `destroy` has destroyed has no
    drift until the next deployment. The record of the last deployment or destruction must be authentic if the
    environment has a record key.
    """
    from common.commands import OperationError, RefusedError
    from ops.drift import authentic_last, find_drift, print_comparison, print_destruction
    from ops.history import deployed_stack
    from ops.order import PromotionOrder
    from ops.provider_lock import committed_lock
    from terraform.stack import Stack

    try:
        order = PromotionOrder.load()
        order.check(environment)
        with tempfile.TemporaryDirectory() as folder:
            if stacks is not None:
                stack, release = Stack.find(stacks, environment), f"what is in {stacks}"
            else:
                stack = Stack.find(settings, environment)
                last = authentic_last(stack, order.steps[environment])
                if last is not None and last.review.destroys:
                    print_destruction(last, format)
                    return EXIT_OK
                stack, release = deployed_stack(stack, last, Path(folder) / "stack")
            comparison = find_drift(stack, committed_lock(environment, order, lock_file))
    except RefusedError as error:  # its exit code, 1, is not one of this command's
        raise OperationError(str(error)) from error
    print_comparison(environment, release, comparison, format)
    if comparison.errors:
        return FAILED
    return DRIFT if comparison.differences else EXIT_OK
