"""Restricts the data directory, which contains state, passwords, keys and logs, to its owner."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o077
"""The umask that gives no access to the group and others."""


def make_private(root: Path) -> None:
    """Remove the permissions of the group and others from a folder and its content.

    This includes files that an earlier version or another program created with the user's own umask. Links are left
    alone, because their targets are not part of the data directory.

    Args:
        root: an existing folder.
    """
    _restrict(root)
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            _restrict(Path(folder, name))


def _restrict(path: Path) -> None:
    with suppress(FileNotFoundError):  # a concurrent deployment may be removing files
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & OWNER_ONLY:
            path.chmod(stat.S_IMODE(mode) & ~OWNER_ONLY)
