"""Signing of uploads and downloads. Only the API invokes it, after checking membership, names, types and sizes."""

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
    """Id of the API's request (``graphql/shared/correlation.js``)."""


class _FileRequest(_Request):
    key: Key


class UploadRequest(_FileRequest):
    """Upload of a file of this type and of exactly this size in bytes."""

    action: Literal["upload"]
    content_type: str = Field(alias="contentType", min_length=3)
    size: int = Field(ge=1)


class DownloadRequest(_FileRequest):
    """Download of a file under the name that its sender gave it."""

    action: Literal["download"]
    name: str = Field(min_length=1)


class Archive(BaseModel):
    """An archive of an export, and its size in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: ArchiveKey
    size: int = Field(ge=1)


class ExportRequest(_Request):
    """Download of the archives of an export, by the user whose data they contain."""

    action: Literal["export"]
    archives: tuple[Archive, ...]


Request = UploadRequest | DownloadRequest | ExportRequest
_REQUESTS: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="action")])


class Signer(Protocol):
    """Signs URLs of the bucket."""

    def post(self, key: str, content_type: str, size: int, seconds: int) -> tuple[str, dict[str, str]]:
        """Return URL and fields of a form upload."""
        ...

    def get(self, key: str, disposition: str, seconds: int) -> str:
        """Return a download URL of the file."""
        ...


def read_request(payload: Any) -> Request:  # noqa: ANN401 - any JSON
    """Parse the payload of the API.

    Raises:
        pydantic.ValidationError: The payload is not a valid request.
    """
    return _REQUESTS.validate_python(payload)


def sign(request: Request, signer: Signer, now: datetime | None = None) -> dict[str, Any]:
    """Return the response to a request, with the signed URLs and their expiry.

    Args:
        request: The request.
        signer: Signs URLs of the bucket.
        now: Start of the URLs' validity; the current time by default.
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
    """Return the ``Content-Disposition`` that makes a browser save the file under its name (RFC 6266).

    Displayed in the browser, a file could run scripts with the bucket's origin.
    """
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
