"""Files of the data directory are for their owner: state, passwords, keys and logs are in them."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o077
"""As a umask: nothing for the group and others."""


def make_private(root: Path) -> None:
    """Take the rights of group and others away from a folder and everything in it.

    What an earlier version or another program made with the user's own umask becomes private too. Links are left
    alone: what they point to is not of the data directory.

    Args:
        root: an existing folder.
    """
    _restrict(root)
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            _restrict(Path(folder, name))


def _restrict(path: Path) -> None:
    with suppress(FileNotFoundError):  # the deployment beside this may be removing files
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & OWNER_ONLY:
            path.chmod(stat.S_IMODE(mode) & ~OWNER_ONLY)
