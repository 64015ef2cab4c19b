"""Access to buckets, and bucket settings, that are not in the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.account_drift.check import Check, extra, or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.account_drift.check import Account, Difference, Resource

_MISSING = ("NoSuchBucket", "404")
_NOT_A_SETTING = frozenset({"ResponseMetadata"})


def _part(account: Account, kind: str, bucket: Resource) -> Resource | None:
    return next((part for part in account.of(kind) if part["bucket"] == bucket["bucket"]), None)


def _grants(account: Account, bucket: Resource) -> Iterator[Difference]:
    acl = account.client("s3").get_bucket_acl(Bucket=bucket["bucket"])
    owner = acl["Owner"].get("ID")
    for grant in acl["Grants"]:
        grantee = grant["Grantee"]
        if grantee.get("ID") != owner:
            what = f"grant {grant['Permission']} to {grantee.get('URI') or grantee.get('ID')}"
            yield extra(bucket, what, f"aws s3api put-bucket-acl --bucket {bucket['bucket']} --acl private")


def _versioning(account: Account, bucket: Resource) -> Iterator[Difference]:
    name = bucket["bucket"]
    found = account.client("s3").get_bucket_versioning(Bucket=name).get("Status")
    if found == "Enabled" and _part(account, "aws_s3_bucket_versioning", bucket) is None:
        command = f"aws s3api put-bucket-versioning --bucket {name} --versioning-configuration Status=Suspended"
        yield extra(bucket, "versioning, which keeps deleted objects", command, "versioning")


def _setting(operation: str, kind: str, what: str, remedy: str, *missing: str) -> Callable[..., Iterator[Difference]]:
    """Return a comparison of a setting that the release does not have.

    Args:
        operation: boto3's method that reads it.
        kind: the Terraform type that declares it; Terraform compares it then.
        what: the setting in words.
        remedy: the command that removes it, without ``--bucket``.
        missing: error codes without the setting.
    """

    def find(account: Account, bucket: Resource) -> Iterator[Difference]:
        if _part(account, kind, bucket) is not None:
            return
        call = getattr(account.client("s3"), operation)
        found = or_none(lambda: call(Bucket=bucket["bucket"]), *missing) or {}
        if found.keys() - _NOT_A_SETTING:
            yield extra(bucket, what, f"{remedy} --bucket {bucket['bucket']}")

    return find


_BUCKET = "aws_s3_bucket"
CHECKS = (
    Check(
        _BUCKET,
        "bucket policy, if the release has none",
        _setting(
            "get_bucket_policy",
            "aws_s3_bucket_policy",
            "bucket policy",
            "aws s3api delete-bucket-policy",
            "NoSuchBucketPolicy",
        ),
        _MISSING,
    ),
    Check(_BUCKET, "grants of the access control list", _grants, _MISSING),
    Check(_BUCKET, "versioning", _versioning, _MISSING),
    Check(
        _BUCKET,
        "access logs",
        _setting(
            "get_bucket_logging",
            "aws_s3_bucket_logging",
            "access log",
            "aws s3api put-bucket-logging --bucket-logging-status {}",
        ),
        _MISSING,
    ),
    Check(
        _BUCKET,
        "event notifications",
        _setting(
            "get_bucket_notification_configuration",
            "aws_s3_bucket_notification",
            "event notification",
            "aws s3api put-bucket-notification-configuration --notification-configuration {}",
        ),
        _MISSING,
    ),
    Check(
        _BUCKET,
        "replication",
        _setting(
            "get_bucket_replication",
            "aws_s3_bucket_replication_configuration",
            "replication",
            "aws s3api delete-bucket-replication",
            "ReplicationConfigurationNotFoundError",
        ),
        _MISSING,
    ),
    Check(
        _BUCKET,
        "lifecycle rules",
        _setting(
            "get_bucket_lifecycle_configuration",
            "aws_s3_bucket_lifecycle_configuration",
            "lifecycle rule",
            "aws s3api delete-bucket-lifecycle",
            "NoSuchLifecycleConfiguration",
        ),
        _MISSING,
    ),
    Check(
        _BUCKET,
        "allowed origins (CORS)",
        _setting(
            "get_bucket_cors",
            "aws_s3_bucket_cors_configuration",
            "CORS rule",
            "aws s3api delete-bucket-cors",
            "NoSuchCORSConfiguration",
        ),
        _MISSING,
    ),
    Check(
        _BUCKET,
        "static website",
        _setting(
            "get_bucket_website",
            "aws_s3_bucket_website_configuration",
            "static website",
            "aws s3api delete-bucket-website",
            "NoSuchWebsiteConfiguration",
        ),
        _MISSING,
    ),
)
