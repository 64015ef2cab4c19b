"""Presigned URLs of S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.config import Config

REGIONAL = Config(
    signature_version="s3v4", s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
)
"""Configuration of the client: signs for ``<bucket>.s3.<region>.<suffix>``.

Without it, boto3 signs for the global endpoint, which redirects other regions: a redirect invalidates the signature of
a download, and browsers do not follow it with the form of an upload. Regions opened after March 2019 have no redirect.
"""
ABANDONED = "<Tagging><TagSet><Tag><Key>sent</Key><Value>no</Value></Tag></TagSet></Tagging>"
"""Tag of a file that is not in a message yet. The bucket's lifecycle expires files with this tag."""

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Signer:
    """Signs with the function's role, without a request to S3."""

    def __init__(self, bucket: str, s3: S3Client) -> None:
        self._bucket = bucket
        self._s3 = s3

    def post(self, key: str, content_type: str, size: int, seconds: int) -> tuple[str, dict[str, str]]:
        """Return URL and fields of a form upload; S3 rejects another type, size or tag."""
        signed = self._s3.generate_presigned_post(
            Bucket=self._bucket,
            Key=key,
            Fields={"Content-Type": content_type, "tagging": ABANDONED},
            Conditions=[["content-length-range", size, size], {"Content-Type": content_type}, {"tagging": ABANDONED}],
            ExpiresIn=seconds,
        )
        return signed["url"], signed["fields"]

    def get(self, key: str, disposition: str, seconds: int) -> str:
        """Return a download URL of the file."""
        place = {"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": disposition}
        return self._s3.generate_presigned_url("get_object", Params=place, ExpiresIn=seconds)
