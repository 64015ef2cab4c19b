"""Files that are written whole or not at all, and what goes wrong with files: not written, or not as they were written.

Everything that the local AWS acknowledges goes through `write_at`, `flush` and `replace`, so that tests can make any of
these calls fail (`WriteFaults`).
"""

from __future__ import annotations

import contextlib
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class NotWrittenError(Exception):
    """A change could not be written to the disk, and has not been made in memory either.

    Args:
        path: the file.
        cause: why.
    """

    def __init__(self, path: Path, cause: OSError) -> None:
        super().__init__(
            f"The local AWS could not write {path}: {cause.strerror or cause}. Nothing was changed. "
            "Free some space or mend the disk, and send the request again."
        )


class DamagedFileError(Exception):
    """A file of the data directory is not as it was written.

    Args:
        path: the file.
        what: what is wrong with it, as the end of a sentence that begins with the file.
    """

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} {what}.")
        self.path = path
        self.what = what


@dataclass(slots=True)
class WriteFault:
    """Calls that fail: of those on paths with ``part`` in them, after ``skip`` good ones, the next ``count``.

    Args:
        part: part of the path; the empty text is in every path.
        error: the error's number, for example ``errno.ENOSPC``.
        skip: how many calls succeed before.
        count: how many calls fail.
        half: whether a write puts half of its bytes on the disk before it fails.
    """

    part: str
    error: int
    skip: int = 0
    count: int = 1
    half: bool = False


class WriteFaults:
    """The faults that are armed in this process; none unless a test arms some."""

    def __init__(self) -> None:
        self._armed: list[WriteFault] = []
        self.suffered = 0
        """How many calls have failed by them."""

    def arm(self, faults: list[WriteFault]) -> None:
        """Let these faults happen, and no others."""
        self._armed = list(faults)

    def meet(self, path: Path) -> WriteFault | None:
        """Return the fault that a call on a path has to suffer."""
        for fault in self._armed:
            if fault.part not in str(path) or not fault.count:
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.count -= 1
            self.suffered += 1
            return fault
        return None

    def check(self, path: Path) -> None:
        """Fail if a fault is armed for this path.

        Raises:
            OSError: one is.
        """
        fault = self.meet(path)
        if fault is not None:
            raise OSError(fault.error, os.strerror(fault.error), str(path))


FAULTS = WriteFaults()


def write_at(descriptor: int, content: bytes, offset: int, path: Path) -> None:
    """Write all of some bytes at a place in a file.

    Raises:
        OSError: not all of them could be written.
    """
    fault = FAULTS.meet(path)
    if fault is not None:
        if fault.half:
            os.pwrite(descriptor, content[: len(content) // 2], offset)
        raise OSError(fault.error, os.strerror(fault.error), str(path))
    written = os.pwrite(descriptor, content, offset)
    while written < len(content):  # the disk is full, and the next call says so
        more = os.pwrite(descriptor, content[written:], offset + written)
        if not more:
            raise OSError(f"only {written} of {len(content)} bytes could be written to {path}")
        written += more


def flush(descriptor: int, path: Path) -> None:
    """Return when the disk itself has what was written to a file.

    Raises:
        OSError: it could not be written.
    """
    FAULTS.check(path)
    os.fsync(descriptor)


def replace(temporary: Path, path: Path) -> None:
    """Put a finished file in the place of another.

    Raises:
        OSError: that is not possible.
    """
    FAULTS.check(path)
    temporary.replace(path)


def read_whole(path: Path) -> bytes:
    """Return the content of a file that must be there.

    Raises:
        DamagedFileError: it is missing, or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DamagedFileError(path, "is missing") from None
    except OSError as error:
        raise DamagedFileError(path, f"cannot be read: {error.strerror}") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there as before or as it shall be, whatever happens meanwhile; for its owner only.

    Raises:
        OSError: it could not be written, and is as before.
    """
    with writing_whole(path) as descriptor:
        write_at(descriptor, content, 0, path)


@contextlib.contextmanager
def writing_whole(path: Path) -> Iterator[int]:
    """Give the descriptor of a new file, which takes its place when the block has ended well.

    Raises:
        OSError: it could not be written, and is as before.
    """
    temporary = path.with_name(f"{path.name}.new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            yield descriptor
            flush(descriptor, path)
        finally:
            os.close(descriptor)
        replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
