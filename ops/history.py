"""The deployment history of an environment, stored next to its state: deployment records and stacks.

    s3://<state bucket>/<prefix>/<environment>/chat/deployments/<time>-<serial>-<release>.json
    s3://<state bucket>/<prefix>/<environment>/chat/artifacts/<stack digest>.tar.xz

Permissions on the state apply to these objects, too; Terraform ignores them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from common.commands import OperationError
from common.error_messages import sentence
from ops.artifacts import pack, unpack
from ops.records import DeploymentRecord, parse_record
from terraform.stack import STACKS

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from terraform.stack import Stack, StateLocation

_MISSING = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


@dataclass(frozen=True, slots=True)
class History:
    """The deployments of an environment.

    Attributes:
        location: the location of its state.
        s3: a client in the bucket's region.
    """

    location: StateLocation
    s3: S3Client

    @classmethod
    def of(cls, stack: Stack) -> History:
        """Return the history of a stack's environment, with the credentials and endpoint of the process."""
        location = stack.state
        return cls(location, boto3.client("s3", region_name=location.region))

    def last(self) -> DeploymentRecord | None:
        """Return the newest deployment, or None.

        Raises:
            OperationError: S3 returned an error, or the newest record is a copy of an older one.
        """
        names = self.names()
        if not names:
            return None
        record = self.read(names[-1])
        if record.name != names[-1]:
            place = f"s3://{self.location.bucket}/{self.location.folder}/deployments/{names[-1]}.json"
            raise OperationError(
                f"{place} has the content of {record.name}, so that the last deployment is not known. Find out who "
                "wrote it, and delete it."
            )
        return record

    def names(self) -> list[str]:
        """Return the names of all records, oldest first.

        Raises:
            OperationError: S3 returned an error.
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
            OperationError: the record does not exist, or S3 returned an error.
        """
        key = f"{self.location.folder}/deployments/{name}.json"
        try:
            content = self.s3.get_object(Bucket=self.location.bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise self._error("read the deployment record", key, error) from error
        return parse_record(content, DeploymentRecord, f"s3://{self.location.bucket}/{key}")

    def add(self, record: DeploymentRecord) -> str:
        """Write a deployment record and return its URL.

        Raises:
            OperationError: S3 returned an error.
        """
        key = f"{self.location.folder}/deployments/{record.name}.json"
        self._put(key, record.model_dump_json(indent=1).encode(), "application/json")
        return f"s3://{self.location.bucket}/{key}"

    def keep(self, stack: Stack) -> None:
        """Store a stack for later rollbacks.

        Raises:
            OperationError: S3 returned an error.
        """
        self._put(self._artifact_key(stack.digest()), pack(stack), "application/x-xz")

    def stack(self, deployment: DeploymentRecord, folder: Path) -> Stack:
        """Extract the stored stack of a deployment into a folder.

        Raises:
            OperationError: the archive does not exist or does not match its record, or S3 returned an error.
        """
        stack = unpack(self._archive(deployment.review.stack_sha256), folder, deployment.review.environment)
        if stack.digest() != deployment.review.stack_sha256:
            raise OperationError(
                f"The artifact {deployment.review.stack_sha256} next to {self.location.url} does not match its "
                "digest: it was changed. Restore its previous version in S3."
            )
        return stack

    def _archive(self, stack_sha256: str) -> bytes:
        key = self._artifact_key(stack_sha256)
        try:
            return self.s3.get_object(Bucket=self.location.bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise self._error("read the artifact", key, error) from error

    def _artifact_key(self, stack_sha256: str) -> str:
        return f"{self.location.folder}/artifacts/{stack_sha256}.tar.xz"

    def _put(self, key: str, content: bytes, content_type: str) -> None:
        # The bucket encrypts; the checksum protects the transfer.
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
            return OperationError(f"{place} does not exist. Check the account and the credentials.")
        return OperationError(f"Could not {what} at {place}. {sentence(error)}")


def deployed_stack(stack: Stack, last: DeploymentRecord | None, folder: Path) -> tuple[Stack, str]:
    """Return the stack that was last deployed to an environment, and the name of its release.

    Args:
        stack: a synthesized stack of the environment, which names the location of the state.
        last: the last deployment, or None.
        folder: receives the stack.

    Raises:
        OperationError: nothing was deployed, or the artifact does not match its record.
    """
    history = History.of(stack)
    if last is None:
        raise OperationError(
            f"{stack.environment}: no deployment is recorded next to {history.location.url}. Promote a release first, "
            f"or use a synthesized stack: --stacks {STACKS}"
        )
    deployed = history.stack(last, folder)
    return deployed, f"release {last.review.release_sha256[:12]} of {last.applied_at:%Y-%m-%d %H:%M} UTC"
