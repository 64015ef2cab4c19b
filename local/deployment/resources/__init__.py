"""What the direct deployment can make: one module a service, each a table of resource types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deployment.resources import appsync, cloudwatch, cognito, dynamodb, functions, iam

if TYPE_CHECKING:
    from local.deployment.resources.resource import Kind

KINDS: dict[str, Kind] = {
    **appsync.KINDS,
    **cloudwatch.KINDS,
    **cognito.KINDS,
    **dynamodb.KINDS,
    **functions.KINDS,
    **iam.KINDS,
}
"""By Terraform's resource type."""
