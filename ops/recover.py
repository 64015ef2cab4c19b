"""After a Terraform was killed in the middle of an apply: the lock it left, and what it made and did not write down.

    python -m ops.recover --environment dev                       # tells who holds the lock, since when
    python -m ops.recover --environment dev --lock-id ID          # that Terraform is certainly dead: go on

Terraform writes its state down every 20 seconds and at its end. Killed before, it forgets what it has made: the next
apply would meet tables and roles by their names as errors, and would make a second API and a second user pool. So, once
the lock is released, everything that is in AWS under a name of the stack and is not in the state gets an import block
(``adopted.tf.json`` beside the stack), and the next plan takes it over. Then: plan, review, promote, as always.

Exit codes: 0 ready for a plan, 1 refused (the lock is held), 2 wrong usage, 3 error.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from common.commands import OperationError, Parser, RefusedError, log, run
from common.error_messages import sentence
from common.exit_codes import EXIT_OK
from ops.order import PromotionOrder
from ops.provider_lock import COMMITTED, committed_lock
from ops.terraform import Terraform
from terraform.resources import SERVICES
from terraform.resources.resource import Target
from terraform.stack import STACKS, Stack
from terraform.state_import import FILE, forget_imports, write_imports
from terraform.state_lock import Lock, read_lock

ADOPTED = FILE


def held_lock(stack: Stack) -> Lock | None:
    """Return the lock on a stack's state, or None.

    Raises:
        OperationError: S3 refused, or there is something else in the lock's place.
    """
    location = stack.state
    try:
        lock = read_lock(boto3.client("s3", region_name=location.region), location)
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"The lock of {location.url} could not be read. {sentence(error)}") from error
    if lock is not None and not lock.id:
        raise OperationError(
            f"{location.url}.tflock is not a lock of Terraform. Look at it in S3; delete it if no Terraform runs."
        )
    return lock


def release(stack: Stack, lock_id: str | None) -> bool:
    """Release the lock that was named; return whether there was one.

    Raises:
        RefusedError: a lock is held, and not named or another one.
        OperationError: S3 refused.
    """
    lock = held_lock(stack)
    if lock is None:
        return False
    if lock.id != lock_id:
        raise RefusedError(
            f"{stack.state.url} is locked by {lock.who or '?'} since {lock.created or '?'} "
            f"({lock.operation or '?'}, lock {lock.id}). "
            "If that Terraform still runs, wait for it. If it is certainly dead (ask whose it is; look for the job): "
            f"python -m ops.recover --environment {stack.environment} --lock-id {lock.id}"
        )
    # As an object and not by `terraform force-unlock`, which needs a workspace that the dead one may not have finished.
    location = stack.state
    s3 = boto3.client("s3", region_name=location.region)
    s3.delete_object(Bucket=location.bucket, Key=location.lock_key)
    log(f"Released the lock of {lock.who or '?'}.")
    return True


def adopt(terraform: Terraform) -> int:
    """Write an import block for everything that is there and not in the state; return how many.

    Raises:
        OperationError: AWS refused.
    """
    stack = terraform.stack
    forget_imports(stack)
    listed = terraform.run("state", "list", what="reading the state", codes=(0, 1))
    known = set(listed.output.split()) if listed.code == 0 else set()
    region = stack.region
    clients: dict[str, Any] = {
        name: boto3.client(name, region_name=region)  # type: ignore[call-overload] # its overloads know literals only
        for name in SERVICES
    }
    try:
        account = boto3.client("sts", region_name=region).get_caller_identity()["Account"]
        allowed = stack.provider.get("allowed_account_ids") or [account]
        if account not in allowed:
            raise RefusedError(f"These credentials are of account {account}; {stack.folder} belongs in {allowed[0]}.")
        target = Target(
            clients=clients, folder=stack.folder, tags=stack.default_tags, region=region, account_id=account
        )
        return write_imports(stack, target, known)
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"AWS could not be asked what is there. {sentence(error)}") from error


def main(arguments: list[str] | None = None) -> int:
    """Make an environment ready for its next plan."""
    parser = Parser(prog="python -m ops.recover", description=__doc__)
    parser.add_argument("--environment", required=True)
    parser.add_argument("--lock-id", help="the lock of the dead Terraform, as the refusal prints it")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    options = parser.parse_args(arguments)

    def command() -> int:
        order = PromotionOrder.load()
        order.check(options.environment)
        stack = Stack.find(options.stacks, options.environment)
        release(stack, options.lock_id)
        terraform = Terraform.open(stack)
        terraform.prepare(committed_lock=committed_lock(options.environment, order, options.lock_file))
        count = adopt(terraform)
        if count:
            log(
                f"{count} resources are in AWS, not in the state; the next plan imports them ({stack.folder / ADOPTED})"
            )
        else:
            log("The state knows all that is there.")
        log(f"Next: python -m ops.plan --environment {options.environment} ...; review it; promote it.")
        return EXIT_OK

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
