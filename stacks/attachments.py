"""Attachments: a private bucket, and the function that signs uploads to it and downloads from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    Construct,
    S3Bucket,
    S3BucketCorsConfiguration,
    S3BucketCorsConfigurationCorsRule,
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleFilterTag,
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
from stacks.encryption import key_arn
from stacks.functions import Function, FunctionDefinition
from stacks.names import physical_name
from stacks.permissions import Statement, tls_only_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.archives import Archive
    from stacks.settings import Settings

ATTACHMENTS = "attachments"
_ABANDONED_DAYS = 7
"""Time enough to handle by hand what the message events could not: until then the file of a message is there."""


class Attachments(Construct):
    """The bucket and the function; nobody else has access to the bucket."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, archives: Mapping[str, Archive]) -> None:
        """Add bucket and function.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
            archives: The functions' code by name.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self.bucket = self._build_bucket()
        self._build_privacy()
        self._build_cors()
        self._build_expiry()
        self.function = Function(
            self, ATTACHMENTS, settings=settings, definition=self._definition(), archive=archives[ATTACHMENTS]
        )

    def _build_bucket(self) -> S3Bucket:
        is_protected = self._settings.storage.deletion_protection
        return add(
            self,
            S3Bucket,
            ATTACHMENTS,
            # Names of buckets are taken in the whole world: the account makes this one ours.
            bucket=physical_name(self._settings, f"attachments-{self._settings.account_id}", "bucket"),
            force_destroy=not is_protected,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if is_protected else None,
        )

    def _build_privacy(self) -> None:
        add(
            self,
            S3BucketPublicAccessBlock,
            ATTACHMENTS,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        add(
            self,
            S3BucketOwnershipControls,
            ATTACHMENTS,
            bucket=self.bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        key = key_arn(self._settings)
        encryption = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="AES256" if key is None else "aws:kms", kms_master_key_id=key
        )
        add(
            self,
            S3BucketServerSideEncryptionConfigurationA,
            ATTACHMENTS,
            bucket=self.bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=encryption,
                    # One use of the key for many files instead of one for each.
                    bucket_key_enabled=None if key is None else True,
                )
            ],
        )
        add(self, S3BucketPolicy, ATTACHMENTS, bucket=self.bucket.id, policy=tls_only_document(self.bucket.arn))

    def _build_cors(self) -> None:
        """Let the web pages of the setting use the addresses; without one, only other clients can."""
        origins = self._settings.attachments.allowed_origins
        if origins:
            add(
                self,
                S3BucketCorsConfiguration,
                ATTACHMENTS,
                bucket=self.bucket.id,
                cors_rule=[
                    S3BucketCorsConfigurationCorsRule(
                        allowed_origins=list(origins), allowed_methods=["GET", "POST"], allowed_headers=["*"]
                    )
                ],
            )

    def _build_expiry(self) -> None:
        """Let files go that no message was sent with: uploads tag them, the message events take the tag away."""
        abandoned = S3BucketLifecycleConfigurationRule(
            id="abandoned-uploads",
            status="Enabled",
            filter=[
                S3BucketLifecycleConfigurationRuleFilter(
                    tag=[S3BucketLifecycleConfigurationRuleFilterTag(key="sent", value="no")]
                )
            ],
            expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=_ABANDONED_DAYS)],
        )
        incomplete = S3BucketLifecycleConfigurationRule(
            id="incomplete-uploads",
            status="Enabled",
            filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
            abort_incomplete_multipart_upload=[
                S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(days_after_initiation=1)
            ],
        )
        add(
            self,
            S3BucketLifecycleConfiguration,
            ATTACHMENTS,
            bucket=self.bucket.id,
            rule=[abandoned, incomplete],
        )

    def _definition(self) -> FunctionDefinition:
        return FunctionDefinition(
            name=ATTACHMENTS,
            description="Signs uploads of attachments and downloads of them",
            environment={"BUCKET_NAME": self.bucket.bucket},
            # What it signs can do no more than it can.
            statements=(
                Statement(("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"), (f"{self.bucket.arn}/rooms/*",)),
            ),
            timeout_seconds=10,
        )
