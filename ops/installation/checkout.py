"""The folders of an installation: ownership, the lock, and the stamps of complete parts."""

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
        lock: the descriptor of the lock; installers inherit it, so that the lock outlives a killed parent.
    """

    root: Path
    lock: int | None = None

    @property
    def tools(self) -> Path:
        """Logs, caches and temporary files of the installation, and tools with their own virtual environments."""
        return self.root / ".tools"

    @property
    def temporary(self) -> Path:
        """The folder for temporary files, on the same disk, because /tmp may be small."""
        return self.tools / "tmp"

    def log(self, name: str) -> Path:
        """Return the log file of an installer."""
        return self.tools / "logs" / f"{name}.log"

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of the checkout, after waiting for another installation; can be nested.

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
        """Delete an owned folder atomically: rename it, then delete it."""
        away = Path(tempfile.mkdtemp(dir=self.temporary)) / folder.name
        folder.rename(away)
        shutil.rmtree(away, ignore_errors=True)


def _is_of_first_release(tools: Path) -> bool:
    return {entry.name for entry in tools.iterdir()} <= _FIRST_RELEASE_TOOLS


def refuse_link(path: Path) -> None:
    """Check that a path is not a symbolic link or a file.

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
    """Check that a path is not a link, a file or a folder with other files; nothing is changed.

    Args:
        folder: the folder, which may be missing.
        ours: returns whether a folder without a marker was created by this project.

    Raises:
        InstallationError: it is one of these.
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
    """Create and claim a folder of an installation, or accept an owned one.

    Args:
        folder: the folder.
        ours: as for `refuse_foreign`.

    Raises:
        InstallationError: the folder has other files, or cannot be written.
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
    """A file that marks a part of an installation as complete, with a digest of its source and its packages.

    Attributes:
        file: the file, in the folder of the part.
        source: the source of the part, for example the text of a lock file.
    """

    file: Path
    source: str

    @property
    def _digest(self) -> str:
        return hashlib.sha256(self.source.encode()).hexdigest()

    def is_valid(self, present: set[str]) -> bool:
        """Return whether the part was completed from the same source and all its packages are present."""
        try:
            stamp = json.loads(self.file.read_text(encoding="utf-8"))
            return bool(stamp["source"] == self._digest and present.issuperset(stamp["packages"]))
        except (OSError, ValueError, TypeError, KeyError):
            return False

    def write(self, packages: set[str]) -> None:
        """Mark the part as complete, by an atomic write."""
        content = json.dumps({"source": self._digest, "packages": sorted(packages)}, indent=1)
        new = self.file.with_name(f"{self.file.name}.new")
        new.write_text(content, encoding="utf-8")
        new.replace(self.file)


def entries(folder: Path) -> set[str]:
    """Return the names in a folder; an empty set if it is missing."""
    try:
        return set(os.listdir(folder))  # noqa: PTH208 - names only, and 400 of them
    except (FileNotFoundError, NotADirectoryError):
        return set()
