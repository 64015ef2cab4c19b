"""Folders that commands may fill, empty and delete: only those that this project created or that were empty.

A folder is ours if it holds the marker, a file that is written before anything else and deleted after everything else.
The marker says what the folder is for, so that a command that deletes data never deletes an installation.
Standard library only: this also runs where nothing is installed.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import stat
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import ExpectedError
from common.exit_codes import REFUSED

if TYPE_CHECKING:
    from collections.abc import Callable

MARKER = ".chat-backend"
_HEAD = """\
This folder belongs to the chat backend.
It holds {purpose}.
"""
_EXPLANATION = """\
Its commands write files here, replace them, and delete the whole folder when asked to clean up.
Keep nothing of your own here. Without this file, no command of the chat backend uses or deletes the folder.
"""
_HEAD_BYTES = 1024
"""Longer than any head."""
_REPOSITORY = Path(__file__).resolve().parents[1]


class Purpose(StrEnum):
    """What a folder of ours is for, as the marker says it."""

    DATA = "the data of a local backend"
    INSTALLATION = "installed packages and tools"
    SYNTHESIS = "synthesized Terraform configuration"


class ForeignFolderError(ExpectedError):
    """A folder that must not or cannot be used."""

    code = REFUSED


def _nothing(_folder: Path) -> bool:
    return False


def _everything(_name: str) -> bool:
    return True


def claim(
    folder: Path,
    purpose: Purpose,
    *,
    option: str,
    mode: int = 0o777,
    adopts: Callable[[Path], bool] = _nothing,
) -> None:
    """Make a folder ours before anything is written into it: create it, or take an empty one; a marker says so.

    A folder that is ours already is accepted as it is, so that an interrupted command can be repeated.

    Args:
        folder: the folder; a symbolic link to a folder counts as that folder.
        purpose: what it is to hold.
        option: how people name it, for example ``--to``.
        mode: the permissions of the folder if it is created.
        adopts: whether a folder without a marker is one that an earlier release made.

    Raises:
        ForeignFolderError: the folder holds other people's files, is a folder that nobody may delete, or cannot be
            written to.
    """
    _refuse_protected(folder, option)
    try:
        if folder.is_symlink() and not folder.exists():
            raise ForeignFolderError(
                f"{folder} is a symbolic link to {folder.readlink()}, which does not exist. "
                f"Create that folder, or name another one with {option}."
            )
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        found = others(folder)  # listed before the marker is read: another process writes the marker first
        present = purpose_of(folder)
        if present is purpose:
            return
        if present is not None:
            raise ForeignFolderError(
                f"{folder} holds {present}, so nothing in it was changed. Name a new or an empty folder with {option}."
            )
        if found and not adopts(folder):
            raise ForeignFolderError(
                f"{folder} holds files that the chat backend did not make, so nothing in it was changed. "
                f"Name a new or an empty folder with {option}."
            )
        _write_marker(folder / MARKER, purpose)
    except FileExistsError as error:
        raise ForeignFolderError(_no_folder(folder, option)) from error
    except (OSError, ValueError) as error:
        raise ForeignFolderError(_unusable(folder, error, option)) from error


def purpose_of(folder: Path) -> Purpose | None:
    """Return what a folder of ours is for, or None if it does not hold our marker.

    Raises:
        OSError: the marker cannot be read.
    """
    try:
        if not stat.S_ISREG((folder / MARKER).lstat().st_mode):
            return None
        with (folder / MARKER).open("rb") as file:
            begin = file.read(_HEAD_BYTES).decode(errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return next((purpose for purpose in Purpose if begin.startswith(_HEAD.format(purpose=purpose))), None)


def may_delete(folder: Path, purpose: Purpose, *, option: str, adopts: Callable[[Path], bool] = _nothing) -> bool:
    """Return whether there is a folder of ours to delete.

    Args:
        folder: the folder.
        purpose: what it has to hold.
        option: how people name it.
        adopts: as for `claim`.

    Returns:
        False if it does not exist, or is empty and not ours.

    Raises:
        ForeignFolderError: it is not ours, holds something else, is a symbolic link, or cannot be read.
    """
    _refuse_protected(folder, option)
    try:
        if folder.is_symlink():
            raise ForeignFolderError(
                f"{folder} is a symbolic link to {folder.readlink()}, so nothing was deleted. "
                f"Name the folder itself with {option}."
            )
        if not folder.exists():
            return False
        if not folder.is_dir():
            raise ForeignFolderError(_no_folder(folder, option))
        found = others(folder)
        present = purpose_of(folder)
        if present not in {None, purpose}:
            raise ForeignFolderError(
                f"{folder} holds {present}: nothing in it was deleted. Name the right folder with {option}."
            )
        if found and present is None and not adopts(folder):
            raise ForeignFolderError(
                f"{folder} was not made by the chat backend: nothing in it was deleted. "
                f"Name the right folder with {option}."
            )
        return bool(found) or (folder / MARKER).exists()
    except (OSError, ValueError) as error:
        raise ForeignFolderError(_unusable(folder, error, option)) from error


def delete(
    folder: Path,
    purpose: Purpose,
    *,
    option: str,
    adopts: Callable[[Path], bool] = _nothing,
    is_made: Callable[[str], bool] = _everything,
) -> bool:
    """Delete a folder of ours with what is in it; symbolic links in it are deleted and not followed.

    Whatever goes wrong on the way, the folder stays ours, and the call can be repeated. It also stays where it holds
    something that nobody but the user can have put there; `others` tells what.

    Args:
        folder: the folder.
        purpose: what it has to hold.
        option: how people name it.
        adopts: as for `claim`.
        is_made: whether we make entries of a name; others are left alone.

    Returns:
        False if it does not exist, or is empty and not ours.

    Raises:
        ForeignFolderError: it is not ours, holds something else, is a symbolic link, or cannot be deleted.
    """
    if not may_delete(folder, purpose, option=option, adopts=adopts):
        return False
    try:
        if purpose_of(folder) is None:
            with suppress(OSError):  # on a full disk, deleting matters more
                _write_marker(folder / MARKER, purpose)
        _delete(folder, is_made)
    except OSError as error:
        raise ForeignFolderError(
            f"{_place(folder, error)} cannot be deleted: {_reason(error)}. "
            f"{_owner_of(folder)}Remove the cause and repeat the command."
        ) from error
    return True


def others(folder: Path) -> list[Path]:
    """Return what is in a folder besides the marker.

    Raises:
        OSError: it cannot be read.
    """
    return sorted(entry for entry in folder.iterdir() if entry.name != MARKER)


def _delete(folder: Path, is_made: Callable[[str], bool]) -> None:
    present = others(folder)
    ours = [entry for entry in present if is_made(entry.name)]
    for entry in ours:
        if stat.S_ISDIR(entry.lstat().st_mode):
            shutil.rmtree(entry)
        else:
            entry.unlink()
    if len(ours) < len(present):
        return
    (folder / MARKER).unlink(missing_ok=True)
    if not folder.is_mount():
        folder.rmdir()


def _write_marker(marker: Path, purpose: Purpose) -> None:
    """Write the marker; an incomplete one, from a full disk, is written again."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(marker, flags, 0o666), "w", encoding="utf-8") as file:
        file.write(_HEAD.format(purpose=purpose) + _EXPLANATION)
        file.flush()
        os.fsync(file.fileno())


def _refuse_protected(folder: Path, option: str) -> None:
    """Refuse a folder whose deletion would take the repository, a home or the machine along, even if it is empty.

    Raises:
        ForeignFolderError: it is one of those.
    """
    try:
        resolved = folder.resolve()
        for protected, name in ((_REPOSITORY, "the repository"), *((home, "the home directory") for home in _homes())):
            if resolved == protected or resolved in protected.parents:
                contains = "is" if resolved == protected else "contains"
                raise ForeignFolderError(
                    f"{resolved} {contains} {name}, which is never used for this. Name another folder with {option}."
                )
        if resolved.is_dir() and resolved.stat().st_mode & stat.S_ISVTX:
            raise ForeignFolderError(
                f"{resolved} is shared by all users of this machine. Name a folder inside it with {option}."
            )
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: symbolic links in a circle
        raise ForeignFolderError(_unusable(folder, error, option)) from error


def _homes() -> set[Path]:
    homes = {Path(os.environ["HOME"])} if os.environ.get("HOME") else set()
    with suppress(KeyError):
        homes.add(Path(pwd.getpwuid(os.getuid()).pw_dir))
    return {home.resolve() for home in homes}


def _no_folder(path: Path, option: str) -> str:
    return f"{path} is not a folder. Name one with {option}."


def _unusable(folder: Path, error: Exception, option: str) -> str:
    if isinstance(error, IsADirectoryError):
        return f"{folder / MARKER} is a folder where a file is needed. Remove it and run the same command again."
    is_full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    remedy = "Free some space there, or name" if is_full else "Name"
    return (
        f"{_place(folder, error)} cannot be used: {_reason(error)}. "
        f"{_owner_of(folder)}{remedy} another folder with {option}."
    )


def _place(folder: Path, error: Exception) -> str:
    """Return the path that an error is about: the folder or something in it."""
    named = error.filename if isinstance(error, OSError) else None
    return named if isinstance(named, str) and named.startswith(f"{folder}/") else str(folder)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _owner_of(folder: Path) -> str:
    """Return a sentence about the owner of a folder if that is another user."""
    try:
        owner = folder.stat().st_uid
    except (OSError, ValueError):
        return ""
    sentence = belongs_to(owner)
    return f"{sentence} " if sentence else ""


def belongs_to(owner: int) -> str:
    """Return a sentence about the user with an id; empty if that is the one who runs this."""
    if owner == os.getuid():
        return ""
    with suppress(KeyError):
        return f"It belongs to the user {pwd.getpwuid(owner).pw_name}."
    return f"It belongs to the user with the id {owner}."
