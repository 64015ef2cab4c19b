"""Atomic and durable file writes, and the errors of unwritten or damaged files.

All acknowledged writes of the local AWS go through `write_at`, `flush` and `replace`, so that tests can make any of
these calls fail (`WriteFaults`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.whole_files import replacing

if TYPE_CHECKING:
    from pathlib import Path


class NotWrittenError(Exception):
    """A change could not be written to the disk, and was not made in memory either.

    Args:
        path: the file.
        cause: the reason.
    """

    def __init__(self, path: Path, cause: OSError) -> None:
        super().__init__(
            f"The local AWS could not write {path}: {cause.strerror or cause}. Nothing was changed. "
            "Free disk space or repair the disk, and repeat the request."
        )


class DamagedFileError(Exception):
    """A file of the data directory is damaged or missing.

    Args:
        path: the file.
        what: the problem, as the end of a sentence that begins with the file.
    """

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} {what}.")
        self.path = path
        self.what = what


@dataclass(slots=True)
class WriteFault:
    """Failing calls on matching paths: the first ``skip`` calls succeed, the next ``count`` fail.

    Args:
        part: part of the path; the empty text matches every path.
        error: the error number, for example ``errno.ENOSPC``.
        skip: the number of calls that succeed first.
        count: the number of calls that fail.
        half: write half of the bytes before failing.
    """

    part: str
    error: int
    skip: int = 0
    count: int = 1
    half: bool = False


class WriteFaults:
    """The armed faults of this process; only tests arm any."""

    def __init__(self) -> None:
        self._armed: list[WriteFault] = []
        self.suffered = 0
        """The number of failed calls."""

    def arm(self, faults: list[WriteFault]) -> None:
        """Replace the armed faults."""
        self._armed = list(faults)

    def next_fault(self, path: Path) -> WriteFault | None:
        """Return the fault for a call on a path, if any."""
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
            OSError: a fault is armed.
        """
        fault = self.next_fault(path)
        if fault is not None:
            raise OSError(fault.error, os.strerror(fault.error), str(path))


FAULTS = WriteFaults()


def write_at(descriptor: int, content: bytes, offset: int, path: Path) -> None:
    """Write all bytes at an offset of a file.

    Raises:
        OSError: not all of them could be written.
    """
    fault = FAULTS.next_fault(path)
    if fault is not None:
        if fault.half:
            os.pwrite(descriptor, content[: len(content) // 2], offset)
        raise OSError(fault.error, os.strerror(fault.error), str(path))
    written = os.pwrite(descriptor, content, offset)
    while written < len(content):  # a full disk makes the next call fail
        more = os.pwrite(descriptor, content[written:], offset + written)
        if not more:
            raise OSError(f"only {written} of {len(content)} bytes could be written to {path}")
        written += more


def flush(descriptor: int, path: Path) -> None:
    """Flush a file to the disk.

    Raises:
        OSError: it could not be written.
    """
    FAULTS.check(path)
    os.fsync(descriptor)


def replace(temporary: Path, path: Path) -> None:
    """Replace a file by a finished temporary file.

    Raises:
        OSError: this is not possible.
    """
    FAULTS.check(path)
    temporary.replace(path)


def read_whole(path: Path) -> bytes:
    """Return the content of a file that must exist.

    Raises:
        DamagedFileError: it is missing, or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DamagedFileError(path, "is missing") from None
    except OSError as error:
        raise DamagedFileError(path, f"cannot be read: {error.strerror}") from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file atomically, with access for its owner only.

    Raises:
        OSError: it could not be written, and is unchanged.
    """
    with replacing(path, path.with_name(f"{path.name}.new"), flush=flush, replace=replace) as descriptor:
        write_at(descriptor, content, 0, path)
