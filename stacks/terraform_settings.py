"""Terraform settings of every stack: versions, and the AWS provider with account, region and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import AwsProvider, AwsProviderDefaultTags
from stacks.versions import AWS_PROVIDER, AWS_PROVIDER_VERSION, TERRAFORM_VERSION

if TYPE_CHECKING:
    from stacks.bindings import TerraformStack
    from stacks.settings import Settings


def add_terraform_settings(stack: TerraformStack, settings: Settings, *, region: str) -> None:
    """Add the versions and the AWS provider, which allows only the environment's account."""
    stack.add_override("terraform.required_version", TERRAFORM_VERSION)
    stack.add_override("terraform.required_providers.aws", {"source": AWS_PROVIDER, "version": AWS_PROVIDER_VERSION})
    tags = {
        **settings.tags,
        "Application": settings.app_name,
        "Environment": settings.environment,
        "ManagedBy": "terraform",
    }
    AwsProvider(
        stack,
        "aws",
        region=region,
        allowed_account_ids=[settings.account_id],
        default_tags=[AwsProviderDefaultTags(tags=tags)],
    )
