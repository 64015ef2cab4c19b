"""Review records of plans and deployment records of applies, as JSON files."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime  # noqa: TC003 - pydantic reads it at run time
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common.commands import OperationError
from common.error_messages import sentence

if TYPE_CHECKING:
    from pathlib import Path

_SHA256 = r"^[0-9a-f]{64}$"
Sha256 = Field(pattern=_SHA256)


class MacAlgorithm(StrEnum):
    """The algorithm of authentication codes, with its name in KMS."""

    HMAC_SHA_256 = "HMAC_SHA_256"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Authentication(_Document):
    """The authentication code of a record, made by KMS (RFC 2104)."""

    key_arn: str = Field(description="ARN of the HMAC key")
    algorithm: MacAlgorithm = MacAlgorithm.HMAC_SHA_256
    mac: str = Field(description="the code of `Record.message`, in Base64")


class Record(_Document):
    """A record, authenticated or not."""

    kind: str
    authentication: Authentication | None = Field(
        default=None, description="null if the environment has no record key, or the plan is for a review only"
    )

    def message(self) -> bytes:
        """Return what is authenticated: the kind, and the SHA-256 of the content as canonical JSON.

        KMS accepts at most 4,096 bytes. Values that equal their default are left out, so that records remain valid when
        a later version adds fields.
        """
        document = self.model_dump(mode="json", exclude={"authentication"}, exclude_defaults=True)
        canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
        return f"{self.kind} record\n{hashlib.sha256(canonical.encode()).hexdigest()}".encode()


class StateVersion(_Document):
    """The version of the state that a plan is based on; serial and lineage are None without a state."""

    url: str
    serial: int | None
    lineage: str | None


class ReviewRecord(Record):
    """A saved plan, and the conditions for applying it."""

    kind: Literal["review"] = "review"
    version: Literal[1] = 1
    environment: str
    workspace: str
    commit: str
    dirty: bool = Field(description="whether tracked files had uncommitted changes")
    made_at: datetime
    terraform_version: str
    plan_sha256: str = Sha256
    json_sha256: str | None = Field(
        default=None,
        pattern=_SHA256,
        description="SHA-256 of the plan's JSON (--json), or null in a record of version 0.2 or earlier",
    )
    stack_sha256: str = Sha256
    release_sha256: str = Sha256
    lock_sha256: str | None = Field(description="SHA-256 of the committed provider lock file, or null")
    state: StateVersion
    review_only: bool = Field(default=False, description="whether the plan must not be applied")
    rollback_of: str | None = Field(default=None, description="the release that was deployed before the rollback")
    destroys: bool = Field(default=False, description="whether the plan destroys the environment")


class DeploymentRecord(Record):
    """An applied plan: a promotion, a rollback or a destruction."""

    kind: Literal["deployment"] = "deployment"
    version: Literal[1] = 1
    review: ReviewRecord
    applied_at: datetime
    applied_by: str = Field(description="ARN of the caller that applied the plan")
    serial: int = Field(description="serial of the state after the apply")
    counts: dict[str, int]
    approvals: dict[str, str] = Field(default={}, description="the reason of each approval, by address")

    @property
    def name(self) -> str:
        """The record's name; names sort by time."""
        return f"{self.applied_at:%Y%m%dT%H%M%SZ}-{self.serial:06d}-{self.review.release_sha256[:12]}"


RecordT = TypeVar("RecordT", bound=Record)


def read_record(file: Path, kind: type[RecordT]) -> RecordT:
    """Read a record from a file.

    Raises:
        OperationError: the file is not a record of this kind.
    """
    try:
        return parse_record(file.read_bytes(), kind, str(file))
    except OSError as error:
        raise OperationError(sentence(error)) from error


def parse_record(content: bytes, kind: type[RecordT], place: str) -> RecordT:
    """Parse the JSON of a record.

    Raises:
        OperationError: the content is not a record of this kind.
    """
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        raise OperationError(f"{place} is not a {kind.__name__}: {where}: {first['msg']}") from error


def write_record(record: Record, file: Path) -> None:
    """Write a record to a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
