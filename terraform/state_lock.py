"""The lock on a state in S3: an object beside it that is there while a Terraform works on the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.json_documents import parse_object

if TYPE_CHECKING:
    from terraform.stack import StateLocation


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds a state; texts are empty where the object does not have them, for example because it was cut off.

    Attributes:
        id: of the lock, as Terraform prints it.
        who: user and machine.
        created: when, as Terraform writes it.
        operation: what Terraform does, for example ``OperationTypeApply``.
        etag: of the object: to delete this lock and no later one.
    """

    id: str
    who: str
    created: str
    operation: str
    etag: str


def read_lock(s3: Any, location: StateLocation) -> Lock | None:  # noqa: ANN401 - a boto3 client
    """Return the lock on a state; None if it is not locked.

    Raises:
        ClientError: S3 refused.
    """
    try:
        answer = s3.get_object(Bucket=location.bucket, Key=location.lock_key)
    except s3.exceptions.NoSuchKey:
        return None
    content = parse_object(answer["Body"].read()) or {}
    texts = {name: text for name, text in content.items() if isinstance(text, str)}
    return Lock(
        id=texts.get("ID", ""),
        who=texts.get("Who", ""),
        created=texts.get("Created", ""),
        operation=texts.get("Operation", ""),
        etag=answer["ETag"],
    )
