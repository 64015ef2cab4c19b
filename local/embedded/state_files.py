"""The state files of the services, with checksums, and the inventory of required files.

MiniStack does not report failed writes, and reads missing or damaged files as empty. Uses these internal names of
MiniStack (pinned): ``core.persistence``'s ``save_state``, ``load_state``, ``_state_format_version``, ``_json_default``
and ``_json_object_hook``, and ``app``'s ``load_state`` and ``_load_persisted_state``. Can be removed when MiniStack
reports failed writes and reads.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from typing import TYPE_CHECKING, Any

from common.json_documents import parse_json
from local.embedded.durable_files import DamagedFileError, read_whole, write_atomically

if TYPE_CHECKING:
    import contextlib
    from pathlib import Path

    from local.embedded.emulator import Emulator
    from local.embedded.environment import DataDirectory

logger = logging.getLogger(__name__)

_FORMAT = 2
_FIRST_LINE_BYTES = 1024
"""More than the length of any first line."""


class Inventory:
    """The names of the files and folders of a data directory that nothing else can restore.

    Args:
        directory: the data directory.
    """

    FILE = "inventory.json"

    def __init__(self, directory: DataDirectory) -> None:
        self._root = directory.root
        self._state = directory.state
        self._traces = (directory.objects, directory.deployed_by, directory.deployment_record)
        """Files outside of the state folder: if one of them exists, there was a state too."""
        self._lock = threading.Lock()
        self._names: set[str] | None = None

    def __contains__(self, path: Path) -> bool:
        """Return whether a file or folder is required."""
        return self._name(path) in self._known()

    def add(self, path: Path) -> None:
        """Add a file or folder, which is required from now on.

        Raises:
            OSError: this could not be written.
        """
        self._change({self._name(path)}, set())

    def remove(self, path: Path) -> None:
        """Remove a file or folder that is no longer required.

        Raises:
            OSError: this could not be written.
        """
        self._change(set(), {self._name(path)})

    def rebuild(self, paths: list[Path]) -> None:
        """Replace the content by existing files.

        Raises:
            OSError: this could not be written.
        """
        self._names = set()
        self._change({self._name(path) for path in paths}, set())

    def missing(self) -> list[DamagedFileError]:
        """Return the required files that are missing, or the inventory itself if it is unreadable."""
        try:
            names = self._known()
        except DamagedFileError as error:
            return [error]
        return [DamagedFileError(self._root / name, "is missing") for name in names if not (self._root / name).exists()]

    @property
    def file(self) -> Path:
        """The inventory's path, which is outside of the listed folders, because they may be lost as a whole."""
        return self._root / self.FILE

    def _known(self) -> set[str]:
        if self._names is None:
            if self.file.exists():
                self._names = set(json.loads(read_checked(self.file, "inventory", is_of_first_release=False)))
            elif any(map(_has_checksum, self._state.glob("*.json"))):
                raise DamagedFileError(self.file, "is missing")
            elif not _has_files(self._state) and any(map(_has_files, self._traces)):
                raise DamagedFileError(self.file, f"is missing, and so is all of {self._state}")
            else:  # a new directory, or one of the first release, which had no inventory
                self._names = set()
        return self._names

    def _change(self, added: set[str], removed: set[str]) -> None:
        with self._lock:
            names = (self._known() | added) - removed
            if names != self._names or not self.file.exists():
                write_atomically(self.file, with_checksum("inventory", json.dumps(sorted(names)).encode()))
                self._names = names

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


class StateFiles:
    """Replaces MiniStack's saving and loading of its services' state.

    Args:
        emulator: MiniStack.
        directory: the folder of the files.
        inventory: the required files.
    """

    def __init__(self, emulator: Emulator, directory: DataDirectory, inventory: Inventory) -> None:
        from ministack import app  # noqa: PLC0415 - see emulator.Emulator
        from ministack.core import persistence  # noqa: PLC0415

        self._emulator = emulator
        self._folder = directory.state
        self._inventory = inventory
        self._persistence: Any = persistence
        self._lock = threading.Lock()
        self._locks: dict[str, contextlib.AbstractContextManager[bool]] = {}
        self._written: dict[str, str] = {}
        """The current checksum of each file."""
        for module, name in ((persistence, "save_state"), (persistence, "load_state"), (app, "_load_persisted_state")):
            if not hasattr(module, name):
                msg = f"MiniStack's {module.__name__} has no {name}: it is not the pinned version"
                raise RuntimeError(msg)
        loader: Any = app
        loader._load_persisted_state = lambda: None  # noqa: SLF001 - `restore` does it, and says what is damaged
        persistence.save_state = self._save_at_the_end
        persistence.load_state = self.load
        loader.load_state = self.load

    def path(self, service: str) -> Path:
        """Return the path of a service's state."""
        return self._folder / f"{service}.json"

    def check(self) -> list[DamagedFileError]:
        """Return all files that are damaged or missing."""
        found = {damage.path: damage for damage in self._inventory.missing()}
        for service in self._emulator.state_sources():
            try:
                self.load(service)
            except DamagedFileError as error:
                found[error.path] = error
        return list(found.values())

    def restore(self) -> None:
        """Load all state. Call it before MiniStack's own start, which would ignore unreadable state.

        Raises:
            DamagedFileError: a file is missing or damaged; nothing was changed.
        """
        for damaged in self._inventory.missing():
            raise damaged
        for service, module_name in self._emulator.state_sources().items():
            state = self.load(service)
            if not state:
                continue
            module: Any = self._emulator.module_named(module_name)
            try:
                module.load_persisted_state(state)
            except DamagedFileError:
                raise
            except Exception as error:
                raise DamagedFileError(self.path(service), f"cannot be used: {error!r}") from error
            self._inventory.add(self.path(service))

    def load(self, service: str) -> dict[str, Any] | None:
        """Return a service's state; None if there is none.

        Raises:
            DamagedFileError: the file is damaged.
        """
        path = self.path(service)
        if not path.exists() and path not in self._inventory:
            return None
        content = read_checked(path, service)
        try:
            state = parse_json(content, object_hook=self._persistence._json_object_hook)  # noqa: SLF001
        except ValueError as error:
            raise DamagedFileError(path, f"is damaged: {error}") from None
        if not isinstance(state, dict) or "__ministack_format__" not in state:
            raise DamagedFileError(path, "is damaged: it does not contain the state of a service")
        known = self._persistence._state_format_version(service)  # noqa: SLF001
        if not isinstance(state["__ministack_format__"], int) or state["__ministack_format__"] > known:
            raise DamagedFileError(path, "was written by a newer MiniStack than the installed version")
        payload: dict[str, Any] | None = state.get("payload")
        return payload

    def save(self, service: str, state: dict[str, Any]) -> None:
        """Write a service's state and flush it to the disk.

        Raises:
            OSError: it could not be written, and is unchanged.
        """
        path = self.path(service)
        wrapped = {"__ministack_format__": self._persistence._state_format_version(service), "payload": state}  # noqa: SLF001
        content = json.dumps(wrapped, default=self._persistence._json_default).encode()  # noqa: SLF001
        checksum = hashlib.sha256(content).hexdigest()
        with self.exclusively(service):
            if self._written.get(service) == checksum and path.exists():
                return
            if path in self._inventory:
                write_atomically(path, with_checksum(service, content))
            else:
                self._write_first(path, with_checksum(service, content))
            self._written[service] = checksum

    def _write_first(self, path: Path, content: bytes) -> None:
        """Write a file that is not in the inventory and add it, or do neither."""
        is_new = not path.exists()
        write_atomically(path, content)
        try:
            self._inventory.add(path)
        except OSError:
            if is_new:
                path.unlink()
            raise

    def exclusively(self, service: str) -> contextlib.AbstractContextManager[bool]:
        """Prevent other writes of a service's state, for a caller that reads it from memory in a thread."""
        with self._lock:
            return self._locks.setdefault(service, threading.RLock())

    def _save_at_the_end(self, service: str, state: dict[str, Any]) -> None:
        try:
            self.save(service, state)
        except OSError:
            logger.exception("%s could not be written", self.path(service))


def with_checksum(name: str, content: bytes) -> bytes:
    """Return a file's content after a line with its name and checksum."""
    first = {"state": _FORMAT, "of": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return json.dumps(first, separators=(",", ":")).encode() + b"\n" + content


def read_checked(path: Path, name: str, *, is_of_first_release: bool = True) -> bytes:
    """Return the content of a file of `with_checksum`, or that of a file of the first release, which had no checksums.

    Args:
        path: the file.
        name: the expected name of the content.
        is_of_first_release: whether it may be a file of the first release.

    Raises:
        DamagedFileError: it is missing, unreadable or damaged.
    """
    whole = read_whole(path)
    if not whole.strip():
        raise DamagedFileError(path, "is empty")
    line, separator, content = whole.partition(b"\n")
    first = _first_line(line)
    if first is None:
        if is_of_first_release:
            return whole
        raise DamagedFileError(path, "is damaged: its first line is missing")
    if first.get("of") != name:
        raise DamagedFileError(path, f"is the file of another service: it contains {first.get('of')}, not {name}")
    if not separator or len(content) < first["bytes"]:
        raise DamagedFileError(path, f"is truncated: it has {len(content):,} bytes, of {first['bytes']:,}")
    if hashlib.sha256(content).hexdigest() != first["sha256"]:
        raise DamagedFileError(path, "is damaged: its checksum differs")
    return content


def _has_files(path: Path) -> bool:
    return path.is_file() or any(below.is_file() for below in path.rglob("*"))


def _first_line(line: bytes) -> dict[str, Any] | None:
    try:
        first = parse_json(line[:_FIRST_LINE_BYTES])
    except ValueError:
        return None
    if not isinstance(first, dict) or not isinstance(first.get("bytes"), int) or "sha256" not in first:
        return None
    return first


def _has_checksum(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _first_line(file.readline(_FIRST_LINE_BYTES)) is not None
    except OSError:
        return False
