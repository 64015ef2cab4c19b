"""The ways to deploy a stack to the local AWS. Standard library only, because `make` checks its variable first."""

from __future__ import annotations

from enum import StrEnum


class DeployMode(StrEnum):
    """The way to deploy; AUTO keeps the previous mode and prefers Terraform for the first deployment."""

    AUTO = "auto"
    TERRAFORM = "terraform"
    DIRECT = "direct"
