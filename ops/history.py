"""What has been applied, kept beside the state: deployment records and the stacks themselves.

    s3://<state bucket>/<prefix>/<environment>/chat/deployments/<time>-<serial>-<release>.json
    s3://<state bucket>/<prefix>/<environment>/chat/artifacts/<stack digest>.tar.xz

Whoever may write the state may write these, and whoever may read the state may read them; Terraform ignores them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from common.commands import OperationError
from common.error_messages import sentence
from ops.artifacts import pack
from ops.records import DeploymentRecord, parse_record

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from terraform.stack import Stack, StateLocation

_MISSING = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


@dataclass(frozen=True, slots=True)
class History:
    """The deployments of one environment.

    Attributes:
        location: where its state is.
        s3: a client in the bucket's region.
    """

    location: StateLocation
    s3: S3Client

    @classmethod
    def of(cls, stack: Stack) -> History:
        """Return the history of a stack's environment; credentials and endpoint are those of the process."""
        location = stack.state
        return cls(location, boto3.client("s3", region_name=location.region))

    def last(self) -> DeploymentRecord | None:
        """Return the newest deployment, or None.

        Raises:
            OperationError: S3 refused.
        """
        names = self.names()
        return self.read(names[-1]) if names else None

    def names(self) -> list[str]:
        """Return the names of all records, oldest first.

        Raises:
            OperationError: S3 refused.
        """
        prefix = f"{self.location.folder}/deployments/"
        try:
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.location.bucket, Prefix=prefix)
            keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        except (ClientError, BotoCoreError) as error:
            raise self._error("list the deployments", prefix, error) from error
        return sorted(key.removeprefix(prefix).removesuffix(".json") for key in keys)

    def read(self, name: str) -> DeploymentRecord:
        """Return a deployment record by its name.

        Raises:
            OperationError: there is none, or S3 refused.
        """
        key = f"{self.location.folder}/deployments/{name}.json"
        try:
            content = self.s3.get_object(Bucket=self.location.bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise self._error("read the deployment record", key, error) from error
        return parse_record(content, DeploymentRecord, f"s3://{self.location.bucket}/{key}")

    def add(self, record: DeploymentRecord) -> str:
        """Write a deployment record; return its address.

        Raises:
            OperationError: S3 refused.
        """
        key = f"{self.location.folder}/deployments/{record.name}.json"
        self._put(key, record.model_dump_json(indent=1).encode(), "application/json")
        return f"s3://{self.location.bucket}/{key}"

    def keep(self, stack: Stack) -> None:
        """Keep a stack, for a rollback to it.

        Raises:
            OperationError: S3 refused.
        """
        self._put(self._artifact_key(stack.digest()), pack(stack), "application/x-xz")

    def archive(self, stack_sha256: str) -> bytes:
        """Return a kept stack.

        Raises:
            OperationError: it is not there, or S3 refused.
        """
        key = self._artifact_key(stack_sha256)
        try:
            return self.s3.get_object(Bucket=self.location.bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise self._error("read the artifact", key, error) from error

    def _artifact_key(self, stack_sha256: str) -> str:
        return f"{self.location.folder}/artifacts/{stack_sha256}.tar.xz"

    def _put(self, key: str, content: bytes, content_type: str) -> None:
        # Encryption is the bucket's own; the checksum guards the way there.
        digest = hashlib.sha256(content).digest()
        try:
            self.s3.put_object(
                Bucket=self.location.bucket,
                Key=key,
                Body=content,
                ContentType=content_type,
                Metadata={"sha256": digest.hex()},
            )
        except (ClientError, BotoCoreError) as error:
            raise self._error("write", key, error) from error

    def _error(self, what: str, key: str, error: Exception) -> OperationError:
        place = f"s3://{self.location.bucket}/{key}"
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in _MISSING:
            return OperationError(f"{place} does not exist. Was it made with other credentials or in another account?")
        return OperationError(f"Could not {what} at {place}. {sentence(error)}")
