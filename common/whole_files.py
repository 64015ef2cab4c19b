"""Atomic writes of files, and messages for file errors.

For files that can be recreated. Anything else in the place of such a file, such as a folder, is moved aside.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import ExpectedError
from common.system_errors import data_directory, describe, is_about_space

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class FileError(ExpectedError):
    """A file could not be written; the message names the file and the remedy."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file atomically and durably, with access for its owner only.

    After a crash it has the old or the new content.

    Args:
        path: the file; its folder is created if it is missing.
        content: the content; text as UTF-8.

    Raises:
        FileError: the file cannot be written; the old content remains.
    """
    data = content.encode() if isinstance(content, str) else content
    with explaining(path):
        make_folder(path.parent)
        if path.is_dir() and not path.is_symlink():
            put_aside(path)
        with (
            replacing(path, path.with_name(f".{path.name}-{secrets.token_hex(4)}")) as descriptor,
            open(descriptor, "wb", closefd=False) as file,
        ):
            file.write(data)
        _sync(path.parent)


def _flush(descriptor: int, _path: Path) -> None:
    os.fsync(descriptor)


@contextlib.contextmanager
def replacing(
    path: Path,
    temporary: Path,
    *,
    flush: Callable[[int, Path], None] = _flush,
    replace: Callable[[Path, Path], object] = Path.replace,
) -> Iterator[int]:
    """Yield the descriptor of a new file, which replaces the old one if the block succeeds.

    Args:
        path: the file.
        temporary: the path of the new file until it is complete, in the same folder.
        flush: flushes a descriptor of a path to the disk.
        replace: renames the new file.

    Raises:
        OSError: the file could not be written, and is unchanged.
    """
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            yield descriptor
            flush(descriptor, path)
        finally:
            os.close(descriptor)
        replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Flush a folder, so that new names in it are durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_text(path: Path) -> str | None:
    """Return the text of a file; None if it is missing, unreadable or not text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def make_folder(path: Path) -> None:
    """Create a folder for this user only; a file or broken link in its place is moved aside.

    Raises:
        FileError: the folder cannot be created.
    """
    with explaining(path):
        if not path.is_dir():
            if os.path.lexists(path):
                put_aside(path)
            path.mkdir(parents=True, exist_ok=True, mode=0o700)


def put_aside(path: Path) -> Path:
    """Rename a file or folder to ``<name>.damaged``, replacing an earlier one, and return the new path.

    Raises:
        FileError: it cannot be renamed.
    """
    aside = path.with_name(f"{path.name}.damaged")
    with explaining(path):
        remove(aside)
        path.rename(aside)
    return aside


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with its content; a missing path is ignored, and links are not followed.

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
    """Convert operating system errors to `FileError` with a message.

    Args:
        path: the file, used if the error names no file.
    """
    try:
        yield
    except OSError as error:
        raise FileError(explanation(error, path)) from error


def explanation(error: OSError, path: Path) -> str:
    """Return a message for a file that could not be read or written.

    Args:
        error: the operating system error.
        path: the file, or a folder if the error names the file in it.
    """
    place = error.filename if path.is_dir() and isinstance(error.filename, str) else str(path)
    # copying a folder raises one error for many files, without a number
    number = errno.ENOSPC if is_about_space(str(error)) else error.errno or 0
    return describe(OSError(number, error.strerror or str(error), place), path, data_directory(path))
