"""Plans in the state bucket, for the transfer from the planning job to the applying job.

A plan is the object ``plans/<environment>/<SHA-256>.tar``.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from common.commands import OperationError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

PREFIX = "plans"
_MISSING = frozenset({"NoSuchKey", "404"})


class AlteredPlanError(RefusedError):
    """A stored plan does not match its digest."""


def put(s3: S3Client, bucket: str, environment: str, folder: Path, *, name: str) -> str:
    """Store the files of a folder and return the SHA-256 for `get`.

    Raises:
        OperationError: the folder is empty, or has subfolders.
    """
    content = _pack(folder)
    digest = hashlib.sha256(content).hexdigest()
    s3.put_object(Bucket=bucket, Key=_key(environment, digest), Body=content, Metadata={"run": name})
    return digest


def get(s3: S3Client, bucket: str, environment: str, folder: Path, *, digest: str) -> None:
    """Fetch stored files into a folder, without overwriting files.

    Raises:
        AlteredPlanError: the content does not match the digest; nothing was written.
        RefusedError: the plan does not exist, or the folder has one of its files; nothing was written.
    """
    try:
        content = s3.get_object(Bucket=bucket, Key=_key(environment, digest))["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _MISSING:
            raise
        raise RefusedError(f"No plan {digest} is stored for {environment}. Plan again.") from error
    if hashlib.sha256(content).hexdigest() != digest:
        message = f"s3://{bucket}/{_key(environment, digest)} is not the reviewed plan: it was changed. Plan again."
        raise AlteredPlanError(message)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        _refuse_overwriting(archive, folder)
        archive.extractall(folder, filter="data")


def _refuse_overwriting(archive: tarfile.TarFile, folder: Path) -> None:
    for entry in archive.getmembers():
        file = folder / entry.name
        stored = archive.extractfile(entry)
        if file.exists() and (stored is None or not file.is_file() or file.read_bytes() != stored.read()):
            raise RefusedError(
                f"{file} exists and does not belong to this plan. Move it away, or name another --folder."
            )


def _key(environment: str, digest: str) -> str:
    return f"{PREFIX}/{environment}/{digest}.tar"


def _pack(folder: Path) -> bytes:
    files = sorted(folder.iterdir())
    if not files or not all(file.is_file() for file in files):
        problem = "has folders in it" if files else "is empty"
        raise OperationError(f"{folder} {problem}: --folder takes a folder with the files of `python -m ops plan`.")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for file in files:
            archive.add(file, arcname=file.name)
    return buffer.getvalue()
