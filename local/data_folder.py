"""The data directory as a folder of ours: claimed before anything is written, and the only one that is ever deleted."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from ops.owned_folder import MARKER, claim, delete, may_delete

OPTION = "LOCAL_DIRECTORY (or --directory)"
_CHECKOUT = Path(__file__).resolve().parents[1] / ".local"
_FIRST = frozenset({"deploy.lock", "logs", "server.pid"})
"""What an interrupted first run of an earlier release made in the checkout, the installation's logs included."""
_MADE = _FIRST | {
    *("certificates", "client", "credentials.json", "damaged", "deployed-by", "direct.json", "direct.new"),
    *("introspected.graphql", "inventory.json", "objects", "outputs.json", "outputs.json.damaged", "outputs.new"),
    *("stack", "state", "terraform", "tmp", "web"),
}
"""All that this release and earlier ones make, by themselves or as their documents say (docs/clients.md)."""
_LOGS = re.compile(r"(?:bootstrap-[\w-]+|process|server|terraform|web)\.log(?:\.\d)?|requirements\.txt")
_SERVER = re.compile(rb"(?:\d+ \d+ \d+ \d+\n)?")
"""The text of server.pid: a running server's, or none."""


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
    """Return whether a folder without a marker is a data directory: of an earlier release, or one that lost its marker.

    Names alone prove nothing: other programs have a server.pid and logs, too. There must be a journal of items.
    """
    # A marker that was being written when the process died is none yet.
    modes = {entry.name: entry.lstat().st_mode for entry in folder.iterdir() if entry.name != MARKER}
    if not modes.keys() <= _MADE or any(map(stat.S_ISLNK, modes.values())):
        return False
    if modes.keys() <= _FIRST:
        return folder.resolve() == _CHECKOUT and ("logs" not in modes or _has_only_our_logs(folder / "logs"))
    return stat.S_ISREG(modes.get("server.pid", 0)) and _is_of_a_server(folder)


def _is_of_a_server(folder: Path) -> bool:
    items = folder / "state" / "items"
    has_journal = any(path.is_file() for path in (items / "snapshot.jsonl", *items.glob("journal-*.jsonl")))
    return has_journal and _SERVER.fullmatch((folder / "server.pid").read_bytes()) is not None


def _has_only_our_logs(folder: Path) -> bool:
    return folder.is_dir() and all(entry.is_file() and _LOGS.fullmatch(entry.name) for entry in folder.iterdir())
