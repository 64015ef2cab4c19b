"""Reports damaged files of the data directory, or sets them aside.

No file is replaced by an empty one unless the user requests it (``make up REPAIR=1``). Even then, damaged files are
kept under ``damaged/``, and the readable part of a journal stays in use.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import shutil
from typing import TYPE_CHECKING, Protocol

from local.embedded.durable_files import DamagedFileError
from local.embedded.journal import Journal, salvaged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from local.embedded.environment import DataDirectory
    from local.embedded.state_files import Inventory, StateFiles

logger = logging.getLogger(__name__)

FOLDER = "damaged"
_CONSEQUENCES = {
    "cognito.json": " Users must sign up again and get new ids, so the existing rooms have no members.",
}
"""The consequences for users, for files whose name does not explain them."""


class DamagedDirectoryError(Exception):
    """A data directory cannot be used as it is; the message names every damaged file and the remedies."""

    def __init__(self, directory: DataDirectory, damages: Sequence[DamagedFileError]) -> None:
        found = "\n".join(f"  {damage}" for damage in damages)
        super().__init__(
            f"Data in {directory.root} is damaged, and nothing was changed:\n{found}\n"
            "Restore the files from a copy and run the same command again. Alternatively, `make up REPAIR=1` continues "
            f"with the readable data and keeps the damaged files in {directory.root / FOLDER}, "
            "or `make clean` deletes all data."
        )


class Checked(Protocol):
    """A component that keeps files in addition to the services' state."""

    def check(self) -> list[DamagedFileError]:
        """Return all damage."""

    def set_aside(self, damage: DamagedFileError, folder: Path) -> None:
        """Move damaged files into a folder, so that the rest can be used."""


class Damage:
    """Finds and repairs the damage of one data directory.

    Args:
        directory: the data directory.
        files: the state of the services.
        inventory: the required files.
        others: other components that keep files.
    """

    def __init__(
        self, directory: DataDirectory, files: StateFiles, inventory: Inventory, others: Sequence[Checked] = ()
    ) -> None:
        self._directory = directory
        self._files = files
        self._inventory = inventory
        self._others = others
        self._journals = (directory.state / "items", directory.state / "events")

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Report damage that is found in the block together with all other damage and the remedies.

        Raises:
            DamagedDirectoryError: a file is damaged.
        """
        try:
            yield
        except DamagedFileError as error:
            raise DamagedDirectoryError(self._directory, self.found() or [error]) from error

    def check(self) -> None:
        """Check everything except the journals, which are checked when they are read.

        Raises:
            DamagedFileError: a file is damaged.
        """
        for damage in (*self._files.check(), *(damage for other in self._others for damage in other.check())):
            raise damage

    def found(self) -> list[DamagedFileError]:
        """Return all damage."""
        found = self._files.check()
        for folder in self._journals:
            found += self._damage_of_journal(folder)
        for other in self._others:
            found += other.check()
        first: dict[Path, DamagedFileError] = {}
        for damage in found:
            first.setdefault(damage.path, damage)
        return list(first.values())

    def repair(self) -> list[str]:
        """Set all damaged files aside; return the actions, one line each.

        Raises:
            OSError: a file could not be moved or written.
        """
        now = dt.datetime.now(dt.UTC)
        folder = self._directory.root / FOLDER / f"{now:%Y-%m-%d-%H%M%S}"
        if not self.found():
            return []
        # These are removed first: after an interruption, the next run still finds the damage and repairs it. Without
        # them, everything is deployed again, and existing resources are imported.
        for path in (self._directory.deployment_record, self._directory.terraform):
            self._move(path, folder)
        done = [
            *self._repair_state(folder),
            *(line for journal in self._journals for line in self._repair_journal(journal, folder)),
        ]
        for other in self._others:
            for damage in other.check():
                other.set_aside(damage, folder)
                done.append(str(damage))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "what-was-damaged.txt").write_text("\n".join([*done, ""]), encoding="utf-8")
        done.append(f"The damaged files are kept in {folder}.")
        for line in done:
            logger.warning("Repair: %s", line)
        return done

    def _repair_state(self, folder: Path) -> Iterator[str]:
        is_rebuilding = any(damage.path == self._inventory.file for damage in self._inventory.missing())
        if is_rebuilding:
            self._move(self._inventory.file, folder)
            self._inventory.rebuild([path for path in self._journals if path.exists()])
            yield f"{self._inventory.file} was damaged, and was rebuilt from the existing data."
        for damage in self._files.check():
            if damage.path not in self._journals:
                self._move(damage.path, folder)
                yield f"{damage} Its data is lost.{_CONSEQUENCES.get(damage.path.name, '')}"
            self._inventory.remove(damage.path)

    def _repair_journal(self, journal: Path, folder: Path) -> Iterator[str]:
        damages = self._damage_of_journal(journal)
        if not damages:
            return
        records = 0

        def counted() -> Iterator[object]:
            nonlocal records
            for record in salvaged(journal):
                records += 1
                yield record

        beside = journal.with_name(f"{journal.name}.new")  # complete before the damaged journal is moved
        if beside.exists():
            shutil.rmtree(beside)
        anew = Journal(beside)
        anew.open()
        anew.write_snapshot(counted)()
        anew.close()
        self._move(journal, folder)
        beside.rename(journal)
        yield f"{damages[0]} {records:,} records of {journal} were recovered."

    def _damage_of_journal(self, folder: Path) -> list[DamagedFileError]:
        try:
            is_expected = folder in self._inventory
        except DamagedFileError:  # damage of the inventory
            is_expected = folder.exists()
        try:
            for _record in Journal(folder, is_expected=is_expected).read():
                pass
        except DamagedFileError as error:
            return [error]
        return []

    def _move(self, path: Path, folder: Path) -> None:
        """Move a file or folder of the data directory aside if it exists."""
        target = folder / path.relative_to(self._directory.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            shutil.move(path, target)
