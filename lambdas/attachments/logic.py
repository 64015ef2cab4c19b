"""What is signed. Only the API calls this function, after it has checked membership, names, types and sizes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal, Protocol
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contract.limits import LIMITS
from lambdas.common.times import iso8601

UPLOAD_SECONDS: Final = 60 * LIMITS["uploadMinutes"]
DOWNLOAD_SECONDS: Final = 60 * LIMITS["downloadMinutes"]
EXPORT_SECONDS: Final = 60 * LIMITS["exportDownloadMinutes"]

Key = Annotated[str, Field(pattern=r"^rooms/[^/]+/[^/]+/[0-9A-Z]{26}/[A-Za-z0-9._-]+$", max_length=1024)]
ArchiveKey = Annotated[str, Field(pattern=r"^exports/[^/]+/[0-9A-Z]{26}/chat-export-\d+\.zip$", max_length=1024)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    request_id: str | None = Field(default=None, alias="requestId")
    """Of the request that asks for it (``graphql/shared/correlation.js``)."""


class _FileRequest(_Request):
    key: Key


class UploadRequest(_FileRequest):
    """One file is to be put in: of this type, and of exactly this size in bytes."""

    action: Literal["upload"]
    content_type: str = Field(alias="contentType", min_length=3)
    size: int = Field(ge=1)


class DownloadRequest(_FileRequest):
    """One file is to be taken out, under the name that its sender gave it."""

    action: Literal["download"]
    name: str = Field(min_length=1)


class Archive(BaseModel):
    """An archive of a user's own data, and its size in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: ArchiveKey
    size: int = Field(ge=1)


class ExportRequest(_Request):
    """The archives of an export are to be taken out, by the user whose data they hold."""

    action: Literal["export"]
    archives: tuple[Archive, ...]


Request = UploadRequest | DownloadRequest | ExportRequest
_REQUESTS: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="action")])


class Signer(Protocol):
    """Who signs for the bucket."""

    def post(self, key: str, content_type: str, size: int, seconds: int) -> tuple[str, dict[str, str]]:
        """Return where to post a form, and the form's fields."""
        ...

    def get(self, key: str, disposition: str, seconds: int) -> str:
        """Return the address of the file."""
        ...


def read_request(payload: Any) -> Request:  # noqa: ANN401 - any JSON
    """Read what the API sends.

    Raises:
        pydantic.ValidationError: the payload is not one of the API's.
    """
    return _REQUESTS.validate_python(payload)


def answer(request: Request, signer: Signer, now: datetime | None = None) -> dict[str, Any]:
    """Answer one request of the API.

    Args:
        request: what is to be signed.
        signer: who signs for the bucket.
        now: the time from which the address is good.
    """
    begin = now or datetime.now(UTC)
    if isinstance(request, DownloadRequest):
        url = signer.get(request.key, disposition(request.name), DOWNLOAD_SECONDS)
        return {"url": url, "expiresAt": iso8601(begin + timedelta(seconds=DOWNLOAD_SECONDS))}
    if isinstance(request, ExportRequest):
        return {"downloads": [_download(archive, signer, begin) for archive in request.archives]}
    url, fields = signer.post(request.key, request.content_type, request.size, UPLOAD_SECONDS)
    return {
        "url": url,
        "fields": [{"name": name, "value": value} for name, value in sorted(fields.items())],
        "expiresAt": iso8601(begin + timedelta(seconds=UPLOAD_SECONDS)),
    }


def _download(archive: Archive, signer: Signer, begin: datetime) -> dict[str, Any]:
    name = archive.key.rsplit("/", 1)[1]
    return {
        "name": name,
        "size": archive.size,
        "url": signer.get(archive.key, disposition(name), EXPORT_SECONDS),
        "expiresAt": iso8601(begin + timedelta(seconds=EXPORT_SECONDS)),
    }


def disposition(name: str) -> str:
    """Return the header that makes a browser keep the file under its name instead of showing it (RFC 6266).

    Shown in the browser, a file could act in the name of the bucket's origin.
    """
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
