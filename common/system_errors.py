"""Messages for operating system errors in the data directory of the local backend."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from common.owned_folder import belongs_to

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM})
_TOO_MANY: Final = frozenset({errno.EMFILE, errno.ENFILE})


def described(error: OSError, root: Path) -> str:
    """Return a message with problem, place and remedy.

    Args:
        error: the error.
        root: the data directory, used if the error names no file.
    """
    place = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(root)
    reason = error.strerror or str(error) or type(error).__name__
    if error.errno in _FULL:
        return f"the disk of {place} is full. Free some space there and run the same command again."
    if error.errno in _FORBIDDEN:
        return (
            f"{place}: {reason}.{_owner_of(Path(place))} Make it yours (`sudo chown -R $(id -un) {root}`), "
            "or name another folder: `make up LOCAL_DIRECTORY=...`."
        )
    if error.errno == errno.EROFS:
        return f"{place} is on a read-only file system. Name another folder: `make up LOCAL_DIRECTORY=...`."
    if error.errno == errno.EISDIR:
        return (
            f"{place} is a folder where a file is needed. Move it away and run the same command again, "
            "or name another folder: `make up LOCAL_DIRECTORY=...`."
        )
    if error.errno in _TOO_MANY:
        return "too many files are open. Raise the limit (`ulimit -n`, now in this shell) and run the command again."
    return f"{place}: {reason}. Remove the cause, or name another folder: `make up LOCAL_DIRECTORY=...`."


def _owner_of(path: Path) -> str:
    for candidate in (path, *path.parents):
        with suppress(OSError):
            owner = candidate.stat().st_uid
            break
    else:
        return ""
    sentence = belongs_to(owner)
    return f" {sentence}" if sentence else ""
