"""Attachments: a private bucket, and the function that signs its uploads and downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    Construct,
    S3BucketCorsConfiguration,
    S3BucketCorsConfigurationCorsRule,
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleFilterTag,
    add,
)
from stacks.encryption import key_arn
from stacks.functions import Function, FunctionDefinition
from stacks.permissions import Statement
from stacks.private_bucket import PrivateBucket

if TYPE_CHECKING:
    from stacks.function_code import FunctionCode
    from stacks.settings import Settings

ATTACHMENTS = "attachments"
_ABANDONED_DAYS = 7
"""Long enough to redrive failed message events before the files of their messages expire."""


class Attachments(Construct):
    """The bucket, and the function that signs for it."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, code: FunctionCode) -> None:
        """Add bucket and function.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            code: The archives of the functions in S3.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self.bucket = PrivateBucket(
            self,
            "bucket",
            settings=settings,
            address=ATTACHMENTS,
            is_protected=settings.storage.deletion_protection,
            key=key_arn(settings),
        ).bucket
        self._build_cors()
        if settings.attachments.expire_files:
            self._build_expiry(settings.privacy.export_days)
        self.function = Function(
            self, ATTACHMENTS, settings=settings, definition=self._definition(), archive=code.stored(ATTACHMENTS)
        )

    def _build_cors(self) -> None:
        """Allow the origins of the settings. Without any, only clients that are not browsers can use the URLs."""
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

    def _build_expiry(self, export_days: int) -> None:
        """Expire files that are not in a message, and the archives of exports.

        Uploads tag files, and the function message_events removes the tag.
        """
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
        exports = S3BucketLifecycleConfigurationRule(
            id="exports",
            status="Enabled",
            filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="exports/")],
            expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=export_days)],
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
            rule=[abandoned, exports, incomplete],
        )

    def _definition(self) -> FunctionDefinition:
        return FunctionDefinition(
            name=ATTACHMENTS,
            description="Signs uploads and downloads of attachments, and downloads of data exports",
            environment={"BUCKET_NAME": self.bucket.bucket},
            # Signed URLs have the permissions of the function.
            statements=(
                Statement(("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"), (f"{self.bucket.arn}/rooms/*",)),
                Statement(("s3:GetObject",), (f"{self.bucket.arn}/exports/*",)),
            ),
            timeout_seconds=10,
        )
