"""The lock of a state in S3: an object that exists while Terraform uses the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.json_documents import parse_object

if TYPE_CHECKING:
    from terraform.stack import StateLocation


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock; fields that are missing in the object are empty.

    Attributes:
        id: the lock's id, as printed by Terraform.
        who: user and machine.
        created: the time of the lock, as written by Terraform.
        operation: Terraform's operation, for example ``OperationTypeApply``.
        etag: the object's ETag, to delete only this lock.
    """

    id: str
    who: str
    created: str
    operation: str
    etag: str


def read_lock(s3: Any, location: StateLocation) -> Lock | None:  # noqa: ANN401 - a boto3 client
    """Return the lock of a state; None if it is not locked.

    Raises:
        ClientError: S3 returned an error.
    """
    try:
        response = s3.get_object(Bucket=location.bucket, Key=location.lock_key)
    except s3.exceptions.NoSuchKey:
        return None
    content = parse_object(response["Body"].read()) or {}
    texts = {name: text for name, text in content.items() if isinstance(text, str)}
    return Lock(
        id=texts.get("ID", ""),
        who=texts.get("Who", ""),
        created=texts.get("Created", ""),
        operation=texts.get("Operation", ""),
        etag=response["ETag"],
    )
