"""Folders that commands may write to and delete: only folders that they created or that were empty.

A file in the folder, the marker, identifies owned folders. It is written first, deleted last, and names the purpose of
the folder, so that a command that deletes data never deletes an installation. Standard library only, because this also
runs without an installation.
"""

from __future__ import annotations

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
from common.system_errors import Remedies, describe

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
"""Upper limit of the length of a head."""
_REPOSITORY = Path(__file__).resolve().parents[1]


class Purpose(StrEnum):
    """The purpose of an owned folder, as written in the marker."""

    DATA = "the data of a local AWS"
    INSTALLATION = "installed packages and tools"
    SYNTHESIS = "synthesized Terraform configuration"


class ForeignFolderError(ExpectedError):
    """A folder that cannot or must not be used."""

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
    """Claim a new or empty folder by writing the marker, before any other file.

    Owned folders are accepted, so that an interrupted command can be repeated.

    Args:
        folder: the folder; a symbolic link to a folder counts as that folder.
        purpose: its purpose.
        option: the option that names the folder, for messages, for example ``--to``.
        mode: the permissions of the folder if it is created.
        adopts: returns whether an earlier release created a folder without a marker.

    Raises:
        ForeignFolderError: the folder has other files, must never be deleted, or cannot be written.
    """
    _refuse_protected(folder, option)
    try:
        if folder.is_symlink() and not folder.exists():
            raise ForeignFolderError(
                f"{folder} is a symbolic link to {folder.readlink()}, which does not exist. "
                f"Create that folder, or name another one with {option}."
            )
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        found = others(folder)  # listed before the marker is read, because another process writes the marker first
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
    """Return the purpose of an owned folder; None without a marker.

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
    """Return whether there is an owned folder to delete.

    Args:
        folder: the folder.
        purpose: its purpose.
        option: the option that names the folder, for messages.
        adopts: as for `claim`.

    Returns:
        False if the folder does not exist, or is empty and not owned.

    Raises:
        ForeignFolderError: the folder is not owned, has another purpose, is a symbolic link, or cannot be read.
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
    """Delete an owned folder with its content; symbolic links are deleted and not followed.

    After an error the folder is still owned, and the call can be repeated. The folder remains if it has entries that
    commands do not create; `others` returns them.

    Args:
        folder: the folder.
        purpose: its purpose.
        option: the option that names the folder, for messages.
        adopts: as for `claim`.
        is_made: returns whether commands create entries of a name; other entries are kept.

    Returns:
        False if the folder does not exist, or is empty and not owned.

    Raises:
        ForeignFolderError: the folder is not owned, has another purpose, is a symbolic link, or cannot be deleted.
    """
    if not may_delete(folder, purpose, option=option, adopts=adopts):
        return False
    try:
        if purpose_of(folder) is None:
            with suppress(OSError):  # on a full disk, deleting matters more
                _write_marker(folder / MARKER, purpose)
        _delete(folder, is_made)
    except OSError as error:
        raise ForeignFolderError(f"{folder} cannot be deleted. {describe(error, folder)}") from error
    return True


def others(folder: Path) -> list[Path]:
    """Return the entries of a folder except the marker.

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
    """Write the marker, replacing an incomplete one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(marker, flags, 0o666), "w", encoding="utf-8") as file:
        file.write(_HEAD.format(purpose=purpose) + _EXPLANATION)
        file.flush()
        os.fsync(file.fileno())


def _refuse_protected(folder: Path, option: str) -> None:
    """Check that a folder does not contain the repository or a home directory, and is not shared by all users.

    Raises:
        ForeignFolderError: it does, or is.
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
    remedies = Remedies(elsewhere=f"name another folder with {option}")
    if isinstance(error, OSError):
        return describe(error, folder, remedies)
    return f"{folder} cannot be used: {error}. {remedies.elsewhere.capitalize()}."
