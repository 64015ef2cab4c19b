"""Artifacts: archives of synthesized stacks, and the digest of a release.

A *release digest* identifies one synthesis of all environments in the promotion order. Promotion moves a release from
dev to prod.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import tarfile
from typing import TYPE_CHECKING

from common.commands import OperationError
from terraform.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MODE = 0o644


def pack(stack: Stack) -> bytes:
    """Return a stack as a compressed, reproducible tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
        for file in stack.files():
            entry = tarfile.TarInfo(file.relative_to(stack.folder).as_posix())
            content = file.read_bytes()
            entry.size, entry.mode = len(content), _MODE
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def unpack(archive: bytes, folder: Path, environment: str) -> Stack:
    """Extract an archived stack into a folder and return it.

    Raises:
        OperationError: the archive is damaged, or contains entries other than plain files below the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:xz") as opened:
            opened.extractall(folder, filter="data")
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise OperationError(
            f"The stored artifact of {environment} is not an archive of a stack: {error}. "
            "Restore its previous version in S3."
        ) from error
    return Stack(folder, environment)


def release_digest(stacks: Path, environments: Iterable[str]) -> str:
    """Return the SHA-256 of the stacks of all these environments together.

    Raises:
        OperationError: a stack has not been synthesized.
    """
    digest = hashlib.sha256()
    for environment in environments:
        digest.update(f"{environment}\0{Stack.find(stacks, environment).digest()}\0".encode())
    return digest.hexdigest()


def file_digest(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return content_digest(file.read_bytes())


def content_digest(content: bytes) -> str:
    """Return the SHA-256 of a content in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
