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

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from common.commands import FINE, OperationError, Parser, RefusedError, run, say
from common.error_messages import sentence
from ops.order import PromotionOrder
from ops.provider_lock import COMMITTED, committed_lock
from ops.stack_folder import STACKS, StackFolder
from ops.terraform import Terraform
from terraform.resources.resource import Target
from terraform.stack import Stack
from terraform.state_import import FILE, write_imports

ADOPTED = FILE
_SERVICES = (
    "appsync",
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "scheduler",
    "sns",
    "sqs",
)


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds the state."""

    id: str
    who: str
    created: str
    operation: str


def held_lock(stack: StackFolder) -> Lock | None:
    """Return the lock on a stack's state, or None.

    Raises:
        OperationError: S3 refused.
    """
    location = stack.state
    s3 = boto3.client("s3", region_name=location.region)
    try:
        body = s3.get_object(Bucket=location.bucket, Key=f"{location.key}.tflock")["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"The lock of {location.url} could not be read. {sentence(error)}") from error
    try:
        content = json.loads(body)
        return Lock(content["ID"], content.get("Who", "?"), content.get("Created", "?"), content.get("Operation", "?"))
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise OperationError(
            f"{location.url}.tflock is not a lock of Terraform. Look at it in S3; delete it if no Terraform runs."
        ) from error


def release(stack: StackFolder, lock_id: str | None) -> bool:
    """Release the lock that was named; tell whether there was one.

    Raises:
        RefusedError: a lock is held, and not named or another one.
        OperationError: S3 refused.
    """
    lock = held_lock(stack)
    if lock is None:
        return False
    if lock.id != lock_id:
        raise RefusedError(
            f"{stack.state.url} is locked by {lock.who} since {lock.created} ({lock.operation}, lock {lock.id}). "
            "If that Terraform still runs, wait for it. If it is certainly dead (ask whose it is; look for the job): "
            f"python -m ops.recover --environment {stack.environment} --lock-id {lock.id}"
        )
    # As an object and not by `terraform force-unlock`, which needs a workspace that the dead one may not have finished.
    location = stack.state
    s3 = boto3.client("s3", region_name=location.region)
    s3.delete_object(Bucket=location.bucket, Key=f"{location.key}.tflock")
    say(f"Released the lock of {lock.who}.")
    return True


def adopt(terraform: Terraform) -> int:
    """Write an import block for everything that is there and not in the state; return how many.

    Raises:
        OperationError: AWS refused.
    """
    folder = terraform.stack.path
    (folder / ADOPTED).unlink(missing_ok=True)
    listed = terraform.run("state", "list", what="reading the state", codes=(0, 1))
    known = set(listed.output.split()) if listed.code == 0 else set()
    stack = Stack.load(folder)
    region = str(stack.provider["region"])
    clients: dict[str, Any] = {
        name: boto3.client(name, region_name=region)  # type: ignore[call-overload] # its overloads know literals only
        for name in _SERVICES
    }
    try:
        account = boto3.client("sts", region_name=region).get_caller_identity()["Account"]
        allowed = stack.provider.get("allowed_account_ids") or [account]
        if account not in allowed:
            raise RefusedError(f"These credentials are of account {account}; {stack.folder} belongs in {allowed[0]}.")
        target = Target(clients=clients, folder=folder, tags=stack.default_tags, region=region, account_id=account)
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
        stack = StackFolder.find(options.stacks, options.environment)
        release(stack, options.lock_id)
        terraform = Terraform.open(stack)
        terraform.prepare(committed_lock=committed_lock(options.environment, order, options.lock_file))
        count = adopt(terraform)
        if count:
            say(f"{count} resources are in AWS, not in the state; the next plan imports them ({stack.path / ADOPTED})")
        else:
            say("The state knows all that is there.")
        say(f"Next: python -m ops.plan --environment {options.environment} ...; review it; promote it.")
        return FINE

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
