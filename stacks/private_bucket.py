"""A private bucket: no public access, no ACLs, encrypted, TLS only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    Construct,
    S3Bucket,
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
    S3BucketPolicy,
    S3BucketPublicAccessBlock,
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
    TerraformResourceLifecycle,
    add,
)
from stacks.names import physical_name
from stacks.permissions import tls_only_document

if TYPE_CHECKING:
    from stacks.settings import Settings


class PrivateBucket(Construct):
    """A bucket and the resources that make it private."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, address: str, is_protected: bool, key: str | None
    ) -> None:
        """Add the bucket.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            address: Second part of the Terraform addresses, and of the bucket's name.
            is_protected: Whether Terraform refuses to delete and to empty it.
            key: ARN of the KMS key that encrypts its objects; None for keys of S3.
        """
        super().__init__(scope, id_)
        self._address = address
        self.bucket = add(
            self,
            S3Bucket,
            address,
            # Names of buckets are unique across all accounts.
            bucket=physical_name(settings, f"{address}-{settings.account_id}", "bucket"),
            force_destroy=not is_protected,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if is_protected else None,
        )
        self._build_access()
        self._build_encryption(key)

    def _build_access(self) -> None:
        add(
            self,
            S3BucketPublicAccessBlock,
            self._address,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        add(
            self,
            S3BucketOwnershipControls,
            self._address,
            bucket=self.bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        add(self, S3BucketPolicy, self._address, bucket=self.bucket.id, policy=tls_only_document(self.bucket.arn))

    def _build_encryption(self, key: str | None) -> None:
        encryption = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="AES256" if key is None else "aws:kms", kms_master_key_id=key
        )
        add(
            self,
            S3BucketServerSideEncryptionConfigurationA,
            self._address,
            bucket=self.bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=encryption,
                    # Fewer requests to KMS: one key per bucket instead of one per object.
                    bucket_key_enabled=None if key is None else True,
                )
            ],
        )
