"""The versions of Terraform and its AWS provider that stacks and modules accept."""

from __future__ import annotations

TERRAFORM_VERSION = ">= 1.11, < 2.0"
"""1.11 is the first version with S3 state locking by lock file."""
AWS_PROVIDER = "hashicorp/aws"
AWS_PROVIDER_VERSION = ">= 5.100, < 7.0"
"""Two major versions, so that teams can keep theirs: stacks and modules use only what both support."""
LOCK_FILE = ".terraform.lock.hcl"
"""Terraform's name of the provider lock file in the folder of a stack."""
