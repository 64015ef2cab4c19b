"""Settings of Terraform's state."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.values import Region  # noqa: TC001 - pydantic reads it at run time


class StateSettings(Section):
    """Where Terraform keeps this environment's state: one S3 bucket, one object per workspace."""

    bucket: str = Field(
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="name of the S3 bucket that holds the state: 3-63 of a-z, 0-9, '-' and '.'",
    )
    region: Region | None = Field(default=None, description="region of that bucket, where it is not the environment's")
    key: str = Field(
        default="chat/terraform.tfstate", pattern=r"^[^/].*[^/]$", description="object key below the workspace's folder"
    )
    workspace_key_prefix: str = Field(
        default="environments", pattern=r"^[^/].*[^/]$", description="folder that holds one folder per workspace"
    )
    kms_key_id: str | None = Field(
        default=None, min_length=1, description="ARN of a KMS key; without it S3 encrypts with its own key"
    )
    bootstrap: Literal["s3", "local", "none"] = Field(
        default="s3",
        description='where the stack state-<environment>, which makes the bucket, keeps its own state: "local" before '
        'there is a bucket, then "s3" for in that bucket; "none" for no such stack',
    )
    create_bucket: bool = Field(
        default=True,
        description="true or false: whether that stack makes the bucket; false where another environment's does",
    )
