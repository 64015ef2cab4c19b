"""Synthesized stacks as artifacts: one stack as an archive, and the fingerprint of all stacks of one release.

A *release digest* identifies one synthesis for all environments of the promotion order; it is what moves from dev to
prod.
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
    """Return a stack as a compressed tar file, the same bytes for the same stack."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
        for file in stack.files():
            entry = tarfile.TarInfo(file.relative_to(stack.folder).as_posix())
            content = file.read_bytes()
            entry.size, entry.mode = len(content), _MODE
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def unpack(archive: bytes, folder: Path, environment: str) -> Stack:
    """Write an archived stack into a folder and return it.

    Raises:
        OperationError: the archive holds something that is not a plain file below the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:xz") as opened:
            opened.extractall(folder, filter="data")
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise OperationError(
            f"The kept artifact of {environment} is not the archive of a stack: {error}. "
            "Restore its former version in S3."
        ) from error
    return Stack(folder, environment)


def release_digest(stacks: Path, environments: Iterable[str]) -> str:
    """SHA-256 of one synthesis: the stacks of all these environments together.

    Raises:
        OperationError: one of them has not been synthesized.
    """
    digest = hashlib.sha256()
    for environment in environments:
        digest.update(f"{environment}\0{Stack.find(stacks, environment).digest()}\0".encode())
    return digest.hexdigest()


def file_digest(file: Path) -> str:
    """SHA-256 of one file, in hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
