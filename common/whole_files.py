"""Files that are there as a whole or not at all, and what is said when they cannot be written.

For what can be made anew. Whatever lies in the place of such a file and is not one, a folder above all, is put aside.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import ExpectedError
from common.system_errors import described

if TYPE_CHECKING:
    from collections.abc import Iterator


class FileError(ExpectedError):
    """A file could not be written; the message names it and says what to do."""


def write_whole(path: Path, content: str | bytes, *, mode: int = 0o600) -> None:
    """Write a file in one step and durably: after a crash it is the old one or the new one.

    Args:
        path: the file; its folder is made if it is missing.
        content: what is to be in it; text as UTF-8.
        mode: its rights.

    Raises:
        FileError: it cannot be written; the old one is still there.
    """
    data = content.encode() if isinstance(content, str) else content
    with explaining(path):
        make_folder(path.parent)
        if path.is_dir() and not path.is_symlink():
            put_aside(path)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(descriptor, mode)
                os.fsync(descriptor)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_text(path: Path) -> str | None:
    """Return the text of a file; None if it is missing, is not text, or cannot be read at all."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def make_folder(path: Path) -> None:
    """Make a folder for this user alone; a file or a broken link in its place is put aside.

    Raises:
        FileError: it cannot be made.
    """
    with explaining(path):
        if not path.is_dir():
            if os.path.lexists(path):
                put_aside(path)
            path.mkdir(parents=True, exist_ok=True, mode=0o700)


def put_aside(path: Path) -> Path:
    """Rename whatever lies there to ``<name>.damaged``, in the place of what was put aside before; return that.

    Raises:
        FileError: it cannot be renamed.
    """
    aside = path.with_name(f"{path.name}.damaged")
    with explaining(path):
        remove(aside)
        path.rename(aside)
    return aside


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with everything in it; nothing is no error, and links are not followed.

    Raises:
        FileError: it cannot be removed.
    """
    with explaining(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn an error of the operating system into one that names the file and the remedy.

    Args:
        path: named if the error itself names no file.
    """
    try:
        yield
    except OSError as error:
        raise FileError(explanation(error, path)) from error


def explanation(error: OSError, path: Path) -> str:
    """Return what a person is told of a file that could not be read or written.

    Args:
        error: what the operating system says.
        path: the file, or a folder in which the error names the file.
    """
    place = error.filename if path.is_dir() and isinstance(error.filename, str) else str(path)
    if is_about_space(str(error)):  # copying a folder gives one error for many, without a number
        return described(OSError(errno.ENOSPC, "", place), path)
    return described(OSError(error.errno or 0, error.strerror or str(error), place), path)


def is_about_space(text: str) -> bool:
    """Return whether a program's words say that a disk is full."""
    return "no space left on device" in text.lower() or "disk quota exceeded" in text.lower()
