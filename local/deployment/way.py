"""By which way a stack gets into the local AWS: the real Terraform where it can be had, else directly."""

from __future__ import annotations

import enum
import time
from typing import TYPE_CHECKING, Any

from local.clients import clients
from local.deployment import direct
from local.deployment.resources.resource import Target
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
    return _directly(stack, directory, instance, say)


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
