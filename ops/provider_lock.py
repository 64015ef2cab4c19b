"""The committed provider lock file: one for all environments, because all stacks have the same provider."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import OperationError, RefusedError, log
from common.environment_files import provider_lock_file
from ops.order import ROOT, PromotionOrder
from ops.terraform import Terraform
from stacks.versions import LOCK_FILE
from terraform.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_PLATFORMS = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")
PLATFORMS = (*DEFAULT_PLATFORMS, "windows_amd64")


def default_lock() -> Path:
    """Return the committed provider lock file, which may be missing."""
    return provider_lock_file(ROOT, os.environ)


def committed_lock(environment: str, order: PromotionOrder, file: Path) -> Path | None:
    """Return the lock file for plans of an environment, or None if it is missing and not required.

    Raises:
        RefusedError: the lock file is required and missing.
    """
    if file.is_file():
        return file
    if environment in order.lock_required:
        raise RefusedError(
            f"{file} is missing, but {environment} requires a committed provider lock file. "
            "Create it with access to a registry and commit it: python -m ops provider-lock. "
            f"{order.steps[environment].file} requires it: promotion.require_lock_file."
        )
    log(f"  {file.name} is missing: {environment} uses the newest accepted provider.")
    return None


def write_lock(stack: Stack, output: Path, mirror: Path | None, platforms: Sequence[str]) -> None:
    """Create the lock file of a stack's provider.

    Args:
        stack: any stack.
        output: receives the lock file.
        mirror: a filesystem mirror to take the packages from; None for the registry.
        platforms: some of `PLATFORMS`.

    Raises:
        OperationError: Terraform failed.
    """
    with tempfile.TemporaryDirectory() as name:
        copy = Path(shutil.copy(stack.configuration, name)).parent
        terraform = Terraform.open(Stack(copy, stack.environment))
        source = [f"-fs-mirror={mirror.resolve()}"] if mirror else []
        targets = [f"-platform={platform}" for platform in platforms]
        terraform.run("providers", "lock", "-no-color", *source, *targets, what="locking the provider")
        made = copy / LOCK_FILE
        if not made.is_file():
            raise OperationError("Terraform created no lock file: the stack has no provider.")
        output.write_bytes(made.read_bytes())
