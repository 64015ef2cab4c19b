"""S3 buckets, their settings, and objects of the stack. Buckets are never removed, because they contain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from terraform.requests import request
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_DEFAULT_REGION = "us-east-1"
"""The region whose buckets are created without a location constraint."""


def _find_bucket(target: Target, arguments: Arguments) -> Attributes | None:
    try:
        target.clients["s3"].head_bucket(Bucket=arguments["bucket"])
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004 - HTTP Not Found
            return None
        raise
    name = arguments["bucket"]
    return {
        **arguments,
        "id": name,
        "arn": f"arn:aws:s3:::{name}",
        "region": target.region,
        "bucket_domain_name": f"{name}.s3.amazonaws.com",
        "bucket_regional_domain_name": f"{name}.s3.{target.region}.amazonaws.com",
    }


def _bucket(target: Target, arguments: Arguments) -> Attributes:
    s3 = target.clients["s3"]
    found = _find_bucket(target, arguments)
    if found is None:
        wanted = request(s3, "CreateBucket", arguments, without=["tags", "force_destroy"])
        if target.region != _DEFAULT_REGION:
            wanted["CreateBucketConfiguration"] = {"LocationConstraint": target.region}
        s3.create_bucket(**wanted)
        found = _find_bucket(target, arguments)
    s3.put_bucket_tagging(Bucket=arguments["bucket"], Tagging={"TagSet": target.tag_list(arguments)})
    return found or arguments


@dataclass(frozen=True, slots=True)
class _Setting:
    """A resource type for a setting of a bucket, with its three S3 operations."""

    reads: str
    writes: str
    removes: str
    renames: dict[str, str]

    def kind(self) -> Kind:
        return Kind(self._find, self._ensure, self._remove, tagged=False)

    def _find(self, target: Target, arguments: Arguments) -> Attributes | None:
        try:
            getattr(target.clients["s3"], self.reads)(Bucket=arguments["bucket"])
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004 - HTTP Not Found
                return None
            raise
        return {**arguments, "id": arguments["bucket"]}

    def _ensure(self, target: Target, arguments: Arguments) -> Attributes:
        s3 = target.clients["s3"]
        operation = s3.meta.method_to_api_mapping[self.writes]
        getattr(s3, self.writes)(**request(s3, operation, arguments, renames=self.renames))
        return {**arguments, "id": arguments["bucket"]}

    def _remove(self, target: Target, attributes: Attributes) -> None:
        getattr(target.clients["s3"], self.removes)(Bucket=attributes["bucket"])


def _below(member: str, *arguments: str) -> dict[str, str]:
    return {argument: f"{member}.{argument}" for argument in arguments}


_ACCESS = _Setting(
    "get_public_access_block",
    "put_public_access_block",
    "delete_public_access_block",
    _below(
        "PublicAccessBlockConfiguration",
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ),
)
_ENCRYPTION = _Setting(
    "get_bucket_encryption",
    "put_bucket_encryption",
    "delete_bucket_encryption",
    {"rule": "ServerSideEncryptionConfiguration.Rules"},
)
_LIFECYCLE = _Setting(
    "get_bucket_lifecycle_configuration",
    "put_bucket_lifecycle_configuration",
    "delete_bucket_lifecycle",
    {
        "rule": "LifecycleConfiguration.Rules",
        "rule.transition": "Transitions",
        "rule.noncurrent_version_transition": "NoncurrentVersionTransitions",
    },
)
_CORS = _Setting(
    "get_bucket_cors", "put_bucket_cors", "delete_bucket_cors", {"cors_rule": "CORSConfiguration.CORSRules"}
)
_OWNERSHIP = _Setting(
    "get_bucket_ownership_controls",
    "put_bucket_ownership_controls",
    "delete_bucket_ownership_controls",
    {"rule": "OwnershipControls.Rules"},
)
_POLICY = _Setting("get_bucket_policy", "put_bucket_policy", "delete_bucket_policy", {})


def _find_versioning(target: Target, arguments: Arguments) -> Attributes | None:
    found: Attributes | None = _find_bucket(target, arguments)
    if found is None or "Status" not in target.clients["s3"].get_bucket_versioning(Bucket=arguments["bucket"]):
        return None
    return {**arguments, "id": arguments["bucket"]}


def _versioning(target: Target, arguments: Arguments) -> Attributes:
    s3 = target.clients["s3"]
    wanted: dict[str, Any] = request(s3, "PutBucketVersioning", arguments)
    if wanted["VersioningConfiguration"].get("Status") != "Disabled":  # which a new bucket is, and no old one can be
        s3.put_bucket_versioning(**wanted)
    return {**arguments, "id": arguments["bucket"]}


def _suspend_versioning(target: Target, attributes: Attributes) -> None:
    suspended = {"Status": "Suspended"}
    target.clients["s3"].put_bucket_versioning(Bucket=attributes["bucket"], VersioningConfiguration=suspended)


def _find_object(target: Target, arguments: Arguments) -> Attributes | None:
    place = {"Bucket": arguments["bucket"], "Key": arguments["key"]}
    try:
        found = target.clients["s3"].head_object(**place)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004 - HTTP Not Found
            return None
        raise
    return {**arguments, "id": arguments["key"], "etag": found["ETag"].strip('"')}


def _object(target: Target, arguments: Arguments) -> Attributes:
    s3 = target.clients["s3"]
    tags = urlencode(target.tagged(arguments))
    wanted = request(s3, "PutObject", arguments, without=["source", "source_hash", "tags"])
    content = (target.folder / arguments["source"]).read_bytes()
    made = s3.put_object(**wanted, Body=content, Tagging=tags)
    return {**arguments, "id": arguments["key"], "etag": made["ETag"].strip('"')}


def _remove_object(target: Target, attributes: Attributes) -> None:
    target.clients["s3"].delete_object(Bucket=attributes["bucket"], Key=attributes["key"])


KINDS = {
    "aws_s3_object": Kind(
        _find_object, _object, _remove_object, import_id=lambda stored: f"{stored['bucket']}/{stored['key']}"
    ),
    "aws_s3_bucket_policy": _POLICY.kind(),
    "aws_s3_bucket_public_access_block": _ACCESS.kind(),
    "aws_s3_bucket_server_side_encryption_configuration": _ENCRYPTION.kind(),
    "aws_s3_bucket_lifecycle_configuration": _LIFECYCLE.kind(),
    "aws_s3_bucket_cors_configuration": _CORS.kind(),
    "aws_s3_bucket_ownership_controls": _OWNERSHIP.kind(),
    "aws_s3_bucket_versioning": Kind(_find_versioning, _versioning, _suspend_versioning, tagged=False),
    "aws_s3_bucket": Kind(_find_bucket, _bucket),
}
