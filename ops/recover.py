"""Recovery after an apply that was killed or interrupted: the lock, missing resources and tainted resources.

Terraform writes the state every 20 seconds and at its end. Killed before, it forgets what it has created: the next
apply would fail at tables and roles that exist, and would create a second API and a second user pool.

Interrupted, Terraform saves its state, but the provider stops waiting for resources that are being created, and
Terraform marks them as tainted: https://developer.hashicorp.com/terraform/cli/state/taint
The next plan would replace them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from common.commands import OperationError, RefusedError, log
from common.error_messages import sentence
from common.exit_codes import LOCKED
from ops.review.rules.data_loss import DATA_BEARING
from terraform.resources import SERVICES
from terraform.resources.resource import Target
from terraform.state_import import forget_imports, write_imports
from terraform.state_lock import Lock, read_lock

if TYPE_CHECKING:
    from ops.terraform import Terraform
    from terraform.stack import Stack


class StateLockedError(RefusedError):
    """The state is locked."""

    code = LOCKED


def held_lock(stack: Stack) -> Lock | None:
    """Return the lock of a stack's state, or None.

    Raises:
        OperationError: S3 returned an error, or the lock object is not Terraform's.
    """
    location = stack.state
    try:
        lock = read_lock(boto3.client("s3", region_name=location.region), location)
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"The lock of {location.url} could not be read. {sentence(error)}") from error
    if lock is not None and not lock.id:
        raise OperationError(
            f"{location.url}.tflock is not a lock of Terraform. Check it in S3; delete it if no Terraform runs."
        )
    return lock


def release(stack: Stack, lock_id: str | None) -> bool:
    """Release the lock with an id; return False if there is no lock.

    Raises:
        StateLockedError: the lock has another id, or no id was given.
        OperationError: S3 returned an error.
    """
    lock = held_lock(stack)
    if lock is None:
        return False
    if lock.id != lock_id:
        raise StateLockedError(
            f"{stack.state.url} is locked by {lock.who or '?'} since {lock.created or '?'} "
            f"({lock.operation or '?'}, lock {lock.id}). "
            "If that Terraform still runs, wait for it. If it has certainly ended (check the user or job): "
            f"python -m ops recover --environment {stack.environment} --lock-id {lock.id}"
        )
    # Not by `terraform force-unlock`, which needs a workspace that the killed process may not have created.
    location = stack.state
    s3 = boto3.client("s3", region_name=location.region)
    s3.delete_object(Bucket=location.bucket, Key=location.lock_key)
    log(f"Released the lock of {lock.who or '?'}.")
    return True


def adopt(terraform: Terraform) -> int:
    """Write import blocks for existing resources that are missing in the state; return their number.

    Raises:
        OperationError: AWS returned an error.
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
            raise RefusedError(f"The credentials belong to account {account}, but {stack.folder} to {allowed[0]}.")
        target = Target(
            clients=clients, folder=stack.folder, tags=stack.default_tags, region=region, account_id=account
        )
        return write_imports(stack, target, known)
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"The resources could not be read from AWS. {sentence(error)}") from error


def tainted_with_data(terraform: Terraform) -> list[str]:
    """Return the addresses of tainted resources that hold data.

    Raises:
        TerraformFailedError: the state cannot be read.
    """
    state = terraform.state()
    resources = state["resources"] if state else []
    return [
        f"{resource['type']}.{resource['name']}"
        for resource in resources
        if resource["mode"] == "managed" and resource["type"] in DATA_BEARING
        if any(instance.get("status") == "tainted" for instance in resource["instances"])
    ]


def untaint(terraform: Terraform, addresses: list[str]) -> None:
    """Keep tainted resources.

    A replacement would lose their data, and the review and `prevent_destroy` reject it. The next plan changes what the
    interrupted creation left undone in place. Other tainted resources are replaced.

    Raises:
        TerraformFailedError: Terraform failed.
    """
    for address in addresses:
        terraform.run("untaint", address, what=f"keeping {address}")
