"""The data directory as a folder of ours: claimed before anything is written, and the only one that is ever deleted."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from ops.owned_folder import MARKER, claim, delete, may_delete

if TYPE_CHECKING:
    from pathlib import Path

OPTION = "LOCAL_DIRECTORY (or --directory)"
_FIRST = frozenset({"deploy.lock", "logs", "server.pid"})
"""What an interrupted first run may have made, the installation's logs included."""
_OWN = frozenset(
    {"certificates", "deployed-by", "direct.json", "objects", "outputs.json", "stack", "state", "terraform"}
)
_MADE = _FIRST | _OWN | {"client", "direct.new", "introspected.graphql", "outputs.new", "tmp", "web"}
"""All that an earlier release made, by itself or as its documents said (docs/clients.md)."""
_LOGS = ("bootstrap-", "process.log", "requirements.txt", "server.log", "terraform.log", "web.log")


def claim_data_folder(root: Path) -> None:
    """Make a folder the data directory, for its owner only.

    Raises:
        ForeignFolderError: it holds other people's files, or cannot be used.
    """
    claim(root, option=OPTION, mode=0o700, adopts=is_of_earlier_release)


def may_delete_data_folder(root: Path) -> bool:
    """Return whether there is a data directory to delete.

    Raises:
        ForeignFolderError: the folder is not a data directory.
    """
    return may_delete(root, option=OPTION, adopts=is_of_earlier_release)


def delete_data_folder(root: Path) -> bool:
    """Delete the data directory; return False if there is none.

    Raises:
        ForeignFolderError: it is not one, or cannot be deleted.
    """
    return delete(root, option=OPTION, adopts=is_of_earlier_release)


def is_of_earlier_release(folder: Path) -> bool:
    """Return whether a folder without a marker holds what releases before the marker made, and nothing else."""
    # A marker that was being written when the process died is none yet.
    modes = {entry.name: entry.lstat().st_mode for entry in folder.iterdir() if entry.name != MARKER}
    if not modes.keys() <= _MADE or any(map(stat.S_ISLNK, modes.values())):
        return False
    if modes.keys() <= _FIRST:
        return "logs" not in modes or _has_only_our_logs(folder / "logs")
    return stat.S_ISREG(modes.get("server.pid", 0)) and len(modes.keys() & _OWN) > 1


def _has_only_our_logs(folder: Path) -> bool:
    return folder.is_dir() and all(entry.name.startswith(_LOGS) for entry in folder.iterdir())
