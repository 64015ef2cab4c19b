"""The folders of an installation: which are ours, one installation at a time, and what says that one is complete."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.owned_folder import ForeignFolderError, Purpose, claim, purpose_of
from ops.installation.errors import InstallationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FIRST_RELEASE_TOOLS = {"cdktn", "checkov", "pip-audit"}


@dataclass(slots=True)
class Checkout:
    """A checkout of the repository and the folder of its tools.

    Attributes:
        root: the checkout.
        lock: the descriptor that holds the lock; installers inherit it, so that it outlives a killed parent.
    """

    root: Path
    lock: int | None = None

    @property
    def tools(self) -> Path:
        """Logs, caches and temporary files of the installation, and tools with environments of their own."""
        return self.root / ".tools"

    @property
    def temporary(self) -> Path:
        """On the disk that needs the space anyway; /tmp may be tiny."""
        return self.tools / "tmp"

    def log(self, name: str) -> Path:
        """Return the file with the output of an installer."""
        return self.tools / "logs" / f"{name}.log"

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Wait for another installation into this checkout, and keep others out; may be nested.

        Raises:
            InstallationError: the folder of the tools cannot be used.
        """
        if self.lock is not None:
            yield
            return
        take(self.tools, ours=_is_of_first_release)
        with (self.tools / ".lock").open("a+", encoding="ascii") as file:
            self._acquire(file.fileno())
            self.lock = file.fileno()
            shutil.rmtree(self.temporary, ignore_errors=True)  # left by a killed installation
            self.temporary.mkdir(exist_ok=True)
            (self.tools / "logs").mkdir(exist_ok=True)
            try:
                yield
            finally:
                self.lock = None
                shutil.rmtree(self.temporary, ignore_errors=True)

    def _acquire(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another installation into this checkout is under way; waiting for it ...", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            return  # a file system without locks

    def discard(self, folder: Path) -> None:
        """Delete a folder of ours; a part of it is never left in its place."""
        away = Path(tempfile.mkdtemp(dir=self.temporary)) / folder.name
        folder.rename(away)
        shutil.rmtree(away, ignore_errors=True)


def _is_of_first_release(tools: Path) -> bool:
    return {entry.name for entry in tools.iterdir()} <= _FIRST_RELEASE_TOOLS


def refuse_link(path: Path) -> None:
    """Refuse to install through a symbolic link, or where a file is.

    Raises:
        InstallationError: it is one.
    """
    if path.is_symlink():
        raise InstallationError(
            f"{path} is a symbolic link to {os.readlink(path)}, and nothing is installed through a link. "  # noqa: PTH115
            f"Remove the link (`rm {path}`), then run the same command again."
        )
    if path.exists() and not path.is_dir():
        raise InstallationError(
            f"{path} is a file where a folder is needed: move it away, then run the same command again."
        )


def refuse_foreign(folder: Path, *, ours: Callable[[Path], bool]) -> None:
    """Refuse a link, a file, and a folder that this project did not make; nothing is changed.

    Args:
        folder: the folder; it need not be there.
        ours: whether a folder without a marker is one of ours nevertheless.

    Raises:
        InstallationError: it holds other people's files.
    """
    refuse_link(folder)
    if folder.is_dir() and any(folder.iterdir()) and not _is_installation(folder, ours):
        raise InstallationError(
            f"{folder} was not made by this project's commands, so nothing in it was changed. "
            f"Move it away (`mv {folder} {folder}.other`), then run the same command again."
        )


def _is_installation(folder: Path, ours: Callable[[Path], bool]) -> bool:
    purpose = purpose_of(folder)
    return ours(folder) if purpose is None else purpose is Purpose.INSTALLATION


def take(folder: Path, *, ours: Callable[[Path], bool]) -> None:
    """Create a folder that installations may replace, or take one of ours.

    Args:
        folder: the folder.
        ours: as for `refuse_foreign`.

    Raises:
        InstallationError: it holds other people's files, or cannot be written.
    """
    refuse_foreign(folder, ours=ours)
    try:
        claim(folder, Purpose.INSTALLATION, option="git clone", adopts=lambda _: True)
    except ForeignFolderError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        raise InstallationError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Stamp:
    """Says that a part of an installation is complete: what it was made from, and what it consists of.

    Attributes:
        file: where it is kept: in the folder that it speaks of.
        source: what decides about the content: the text of a lock file and the like.
    """

    file: Path
    source: str

    @property
    def _digest(self) -> str:
        return hashlib.sha256(self.source.encode()).hexdigest()

    def is_valid(self, present: set[str]) -> bool:
        """Return whether the part was completed from the same source and all of it is present."""
        try:
            said = json.loads(self.file.read_text(encoding="utf-8"))
            return bool(said["source"] == self._digest and present.issuperset(said["packages"]))
        except (OSError, ValueError, TypeError, KeyError):
            return False

    def write(self, packages: set[str]) -> None:
        """Say that the part is complete; at no moment is there half a stamp."""
        content = json.dumps({"source": self._digest, "packages": sorted(packages)}, indent=1)
        new = self.file.with_name(f"{self.file.name}.new")
        new.write_text(content, encoding="utf-8")
        new.replace(self.file)


def entries(folder: Path) -> set[str]:
    """Return the names in a folder; none if there is no such folder."""
    try:
        return set(os.listdir(folder))  # noqa: PTH208 - names only, and 400 of them
    except (FileNotFoundError, NotADirectoryError):
        return set()
