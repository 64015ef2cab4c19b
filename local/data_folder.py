"""Ownership of the data directory: it is marked before the first write, and only a marked folder is deleted."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from common.json_documents import parse_json
from common.owned_folder import MARKER, Purpose, claim, delete, may_delete, others

OPTION = "LOCAL_DIRECTORY (or --directory)"
_CHECKOUT = Path(__file__).resolve().parents[1] / ".local"
_FIRST = frozenset({"deploy.lock", "logs", "server.pid"})
"""What an interrupted first run of an earlier release created in the checkout, including the installation's logs."""
_MADE = _FIRST | {
    *("certificates", "client", "credentials.json", "damaged", "deployed-by", "direct.json", "direct.new"),
    *("introspected.graphql", "inventory.json", "objects", "outputs.json", "outputs.json.damaged", "outputs.new"),
    *("stack", "state", "terraform", "tmp", "web"),
}
"""All entries that this release and earlier ones create, themselves or as documented (docs/clients.md)."""
_BESIDE = re.compile(r"\.?(?P<name>.+?)(?:\.damaged|\.new|-\w{8})")
"""Entries that were set aside or are being written; their names derive from the names above."""
_LOGS = re.compile(
    r"(?:bootstrap-[\w-]+|command-error-\w+|process|server|terraform|web)\.log(?:\.\d)?|requirements\.txt"
)
_SERVER = re.compile(rb"(?:\d+ \d+ \d+ \d+\n)?")
"""The content of server.pid, which is empty if no server runs."""


def claim_data_folder(root: Path) -> None:
    """Make a folder the data directory, accessible to its owner only.

    Raises:
        ForeignFolderError: it contains files of another origin, or cannot be used.
    """
    claim(root, Purpose.DATA, option=OPTION, mode=0o700, adopts=is_of_earlier_release)


def may_delete_data_folder(root: Path) -> bool:
    """Return whether there is a data directory to delete.

    Raises:
        ForeignFolderError: the folder is not a data directory.
    """
    return may_delete(root, Purpose.DATA, option=OPTION, adopts=is_of_earlier_release)


def delete_data_folder(root: Path) -> bool:
    """Delete the data directory except for files of another origin; return False if there is none.

    Raises:
        ForeignFolderError: the folder is not a data directory, or cannot be deleted.
    """
    return delete(root, Purpose.DATA, option=OPTION, adopts=is_of_earlier_release, is_made=_is_made)


def left_alone(root: Path) -> list[Path]:
    """Return the entries that a deletion left in a folder because this project does not create them.

    Raises:
        OSError: the folder cannot be read.
    """
    return others(root) if root.is_dir() else []


def _is_made(name: str) -> bool:
    beside = _BESIDE.fullmatch(name)
    return name in _MADE or (beside is not None and beside["name"] in _MADE)


def is_of_earlier_release(folder: Path) -> bool:
    """Return whether a folder without a marker is a data directory of an earlier release, or has lost its marker.

    Names are not sufficient: other programs also have a server.pid and logs. There must be a journal of items.
    """
    # If the process died while it wrote the marker, the marker does not count.
    modes = {entry.name: entry.lstat().st_mode for entry in folder.iterdir() if entry.name != MARKER}
    if not modes.keys() <= _MADE or any(map(stat.S_ISLNK, modes.values())):
        return False
    if "logs" in modes and not _has_only_our_logs(folder / "logs"):
        return False
    if modes.keys() <= _FIRST:
        return folder.resolve() == _CHECKOUT
    return stat.S_ISREG(modes.get("server.pid", 0)) and _is_of_a_server(folder)


def _is_of_a_server(folder: Path) -> bool:
    items = folder / "state" / "items"
    has_journal = any(map(_is_journal, (items / "snapshot.jsonl", *items.glob("journal-*.jsonl"))))
    return has_journal and _SERVER.fullmatch((folder / "server.pid").read_bytes()) is not None


def _is_journal(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        first = file.readline()
    try:
        return not first or isinstance(parse_json(first), list | dict)
    except ValueError:
        return False


def _has_only_our_logs(folder: Path) -> bool:
    return folder.is_dir() and all(entry.is_file() and _LOGS.fullmatch(entry.name) for entry in folder.iterdir())
