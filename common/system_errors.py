"""Messages for operating system errors: the file, the problem and the remedy.

Standard library only, because some commands run without an installation.
"""

from __future__ import annotations

import errno
import os
import pwd
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LONGEST = 255
_FULL = "{place}: the disk is full. Free some space there{again}."
_FORBIDDEN = "{place}: {reason}. {owner}{permit}, or {elsewhere}."
_TOO_MANY = "{place}: too many files are open. Raise the limit, for example with `ulimit -n 4096`{again}."
_OTHER = "{place}: {reason}. Remove the cause{again}, or {elsewhere}."
_MESSAGES: Final = {
    errno.EACCES: _FORBIDDEN,
    errno.EDQUOT: _FULL,
    errno.EEXIST: "{place} already exists, and is something else. Move it away, or {elsewhere}.",
    errno.EFBIG: _FULL,
    errno.EISDIR: "{place} is a folder where a file is needed. Move it away, or {elsewhere}.",
    errno.ELOOP: "{place} is a symbolic link that leads to itself. Remove it, or {elsewhere}.",
    errno.EMFILE: _TOO_MANY,
    errno.ENAMETOOLONG: "{place} is too long for a path. Shorten it, or {elsewhere}.",
    errno.ENFILE: _TOO_MANY,
    errno.ENOENT: "{place} does not exist. Create it, or {elsewhere}; if it is a program, install it.",
    errno.ENOEXEC: "{place} is not a program of this machine. Install it again.",
    errno.ENOSPC: _FULL,
    errno.ENOTDIR: "{place} is below a file, not below a folder. Remove the file, or {elsewhere}.",
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: "{place} is on a read-only file system. Make it writable, or {elsewhere}.",
}
_TEXTS_OF_A_FULL_DISK = ("no space left on device", "disk quota exceeded")


@dataclass(frozen=True, slots=True)
class Remedies:
    """What the user of a command can do about an error, as parts of sentences."""

    elsewhere: str = "name another path"
    permit: str = "Change its permissions"
    again: str = " and run the same command again"
    """Follows the action of the user."""


def describe(error: OSError, place: Path | str | None = None, remedies: Remedies | None = None) -> str:
    """Return a message with the file, the problem and the remedy.

    Args:
        error: the error.
        place: the file or folder, used if the error names no file.
        remedies: the remedies of the command.
    """
    remedies = remedies or Remedies()
    path = _path(error) or (os.fsdecode(place) if place else None)
    owners = [_owner_of(Path(known)) for known in (path, place) if known]
    return _MESSAGES.get(error.errno or 0, _OTHER).format(
        place=shortened(path or "A file", _LONGEST),
        reason=(error.strerror or str(error) or type(error).__name__).rstrip(". "),
        owner=next(filter(None, owners), ""),
        permit=remedies.permit,
        again=remedies.again,
        elsewhere=remedies.elsewhere,
    )


def data_directory(root: Path) -> Remedies:
    """Return the remedies of the local AWS for its data directory, or a folder in it."""
    return Remedies(
        "name another folder: `make up LOCAL_DIRECTORY=...`", f"Make it yours (`sudo chown -R $(id -un) {root}`)"
    )


def is_about_space(text: str) -> bool:
    """Return whether a program's output reports a full disk."""
    return any(found in text.lower() for found in _TEXTS_OF_A_FULL_DISK)


def shortened(text: str, length: int) -> str:
    """Return a text, truncated if it is longer than a number of characters."""
    return text if len(text) <= length else f"{text[:length]}..."


def _path(error: OSError) -> str | None:
    """Return the path that an error names; None if it names none, or an open file."""
    return os.fsdecode(error.filename) if isinstance(error.filename, str | bytes | os.PathLike) else None


def _owner_of(path: Path) -> str:
    """Return a sentence about the owner of a path or the nearest existing folder; empty for this user."""
    for candidate in (path, *path.parents):
        with suppress(OSError, ValueError):
            owner = candidate.stat().st_uid
            break
    else:
        return ""
    if owner == os.getuid():
        return ""
    with suppress(KeyError):
        return f"It belongs to the user {pwd.getpwuid(owner).pw_name}. "
    return f"It belongs to the user with the id {owner}. "
