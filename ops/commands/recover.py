"""``python -m ops recover``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK, LOCKED
from ops.command_line import Command, environment_option, lock_file_option, refuse_usage, stacks_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=[
        "python -m ops recover --environment dev",
        "python -m ops recover --environment dev --lock-id ID",
        "python -m ops recover --environment dev --read-only",
    ],
    exit_codes={LOCKED: "The state is locked. The message names the owner of the lock."},
)
@environment_option()
@click.option("--lock-id", help="Release this lock; its Terraform has certainly ended. The refusal prints the id.")
@click.option("--read-only", is_flag=True, help="Do not write the state: print what would be kept instead.")
@stacks_option
@lock_file_option
def recover(*, environment: str, lock_id: str | None, read_only: bool, stacks: Path, lock_file: Path) -> int:
    """Prepare an environment for its next plan after an apply was killed or interrupted.

    Terraform writes the state every 20 seconds and at its end; killed before, it forgets what it has created. After the
    lock is released, every resource that exists under a name of the stack and is not in the state gets an import block
    (adopted.tf.json in the folder of the stack), and the next plan imports it. A table, user pool, bucket or key whose
    creation was interrupted is kept instead of replaced; standard output lists them. Then plan, review and promote as
    usual.
    """
    from common.commands import counted, log
    from ops.order import PromotionOrder
    from ops.provider_lock import committed_lock
    from ops.recover import adopt, release, tainted_with_data, untaint
    from ops.terraform import Terraform
    from terraform.stack import IMPORTS, Stack

    if read_only and lock_id is not None:
        refuse_usage("--read-only does not release a lock. Omit one of --read-only and --lock-id.")
    order = PromotionOrder.load()
    order.check(environment)
    stack = Stack.find(stacks, environment)
    release(stack, lock_id)
    terraform = Terraform.open(stack)
    terraform.prepare(committed_lock=committed_lock(environment, order, lock_file))
    if count := adopt(terraform):
        log(f"Missing in the state: {counted(count, 'resource')} that {'exists' if count == 1 else 'exist'} in AWS.")
        log(f"The next plan imports them: {stack.folder / IMPORTS}")
    else:
        log("No resource is missing in the state.")
    tainted = tainted_with_data(terraform)
    for address in tainted:
        print(address)
        log(f"{address} was being created when the apply was interrupted.")
    if read_only:
        if tainted:
            log("The next plan would replace them. To keep them, use the same command without --read-only.")
        return EXIT_OK
    if tainted:
        untaint(terraform, tainted)
        log("The next plan keeps them.")
    log(f"Next: python -m ops plan --environment {environment} ...; review it; promote it.")
    return EXIT_OK
