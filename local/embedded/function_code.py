"""Durable code of Lambda functions, which MiniStack stores in files named by their checksum.

MiniStack 1.5.33 does not verify checksums when it reads, leaves a function without code if the file is missing, and
deletes files that the next state does not refer to before that state is written: if it is killed in between, a
function's code is lost.

Uses these internal names of MiniStack (pinned): ``services.lambda_svc``'s ``_write_code_blob``, ``_read_code_blob``,
``_prune_orphan_code_blobs``, ``_restore_state`` and ``CODE_BLOB_DIR``.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from local.embedded.durable_files import DamagedFileError, read_whole, write_atomically
from local.embedded.object_files import flush_folder

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator

logger = logging.getLogger(__name__)

_NAMES: Final = (
    "_write_code_blob",
    "_read_code_blob",
    "_prune_orphan_code_blobs",
    "_restore_state",
    "CODE_BLOB_DIR",
    "_BLOB_REF_KEY",
)
_NAME: Final = re.compile(r"[0-9a-f]{64}\.zip")
_REFERENCE: Final = re.compile(rb'"code_blob_ref": ?"([0-9a-f]{64})"')


class DurableCode:
    """Replaces MiniStack's code storage; create it before the state of Lambda is loaded.

    Args:
        emulator: MiniStack.
        state_file: the file with Lambda's state.

    Raises:
        RuntimeError: MiniStack is not the pinned version.
    """

    def __init__(self, emulator: Emulator, state_file: Path) -> None:
        module: Any = emulator.module_of("lambda")
        for name in _NAMES:
            if not hasattr(module, name):
                msg = f"MiniStack's lambda module has no {name}: it is not the pinned version"
                raise RuntimeError(msg)
        self._folder = Path(module.CODE_BLOB_DIR)
        self._state_file = state_file
        self._reference: str = module._BLOB_REF_KEY  # noqa: SLF001 - pinned
        self._lock = threading.Lock()
        self._verified: dict[str, tuple[int, int]] = {}
        self._unsaved: set[str] = set()
        """Code of states that have been created and may not be written yet."""
        self._lost: set[str] = set()
        restore = module._restore_state  # noqa: SLF001 - pinned
        module._write_code_blob = self._write  # noqa: SLF001 - pinned
        module._read_code_blob = self._read  # noqa: SLF001 - pinned
        module._prune_orphan_code_blobs = lambda _referenced: self.prune()  # noqa: SLF001 - pinned
        module._restore_state = lambda state: restore(self._without_lost(state))  # noqa: SLF001 - pinned

    def check(self) -> list[DamagedFileError]:
        """Return all code that Lambda's state refers to and that is missing or damaged."""
        found = []
        for sha in sorted(self._referenced() - self._lost):
            try:
                self._compared(sha)
            except DamagedFileError as damage:
                found.append(damage)
        return found

    def set_aside(self, damage: DamagedFileError, folder: Path) -> None:
        """Move damaged code to a folder; its functions are removed, so that they are deployed again.

        Args:
            damage: an item from `check`.
            folder: the destination.

        Raises:
            OSError: the file could not be moved.
        """
        if damage.path.exists():
            target = folder / damage.path.relative_to(self._folder.parent.parent)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(damage.path, target)
        self._lost.add(damage.path.stem)

    def prune(self) -> None:
        """Delete code that neither the state on the disk nor an unwritten state refers to.

        MiniStack calls this whenever it creates a state; code that this state no longer contains is deleted with the
        next one.
        """
        with self._lock:
            if not self._state_file.exists():
                return
            saved = self._referenced()
            kept = saved | self._unsaved
            self._unsaved -= saved
            for path in self._folder.glob("*.zip"):
                if _NAME.fullmatch(path.name) and path.stem not in kept:
                    self._verified.pop(path.stem, None)
                    with suppress(OSError):
                        path.unlink()

    def _referenced(self) -> set[str]:
        try:
            return {sha.decode() for sha in _REFERENCE.findall(self._state_file.read_bytes())}
        except OSError:  # missing or not a file: the check of the state reports it
            return set()

    def _path(self, sha: str) -> Path:
        return self._folder / f"{sha}.zip"

    def _write(self, code: bytes) -> str:
        """Write code unless it exists; return its name.

        Raises:
            OSError: it could not be written.
        """
        sha = hashlib.sha256(code).hexdigest()
        with self._lock:
            self._unsaved.add(sha)
            try:
                self._compared(sha)
            except DamagedFileError:  # usually because the code is new
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_atomically(self._path(sha), code)
                flush_folder(self._folder)
        return sha

    def _read(self, sha: str) -> bytes:
        """Return code.

        Raises:
            DamagedFileError: it is missing or damaged.
        """
        path = self._path(sha)
        code = read_whole(path)
        if hashlib.sha256(code).hexdigest() != sha:
            raise DamagedFileError(path, "was modified: its checksum differs from its name")
        return code

    def _compared(self, sha: str) -> None:
        """Verify the checksum of code, again only after its file has changed.

        Raises:
            DamagedFileError: it is missing or damaged.
        """
        try:
            status = self._path(sha).stat()
        except OSError:
            raise DamagedFileError(self._path(sha), "is missing") from None
        stamp = (status.st_mtime_ns, status.st_size)
        if self._verified.get(sha) != stamp:
            self._read(sha)
            self._verified[sha] = stamp

    def _without_lost(self, state: dict[str, Any] | None) -> dict[str, Any] | None:
        functions = getattr((state or {}).get("functions"), "_data", {})
        for name in [name for name, function in functions.items() if self._lost & self._code_of(function)]:
            logger.warning("The code of the function %s is lost; deploy it again", name[-1])
            del functions[name]
        return state

    def _code_of(self, function: dict[str, Any]) -> set[str]:
        records = [function, *function.get("versions", {}).values()]
        codes = [record.get("code_zip") for record in records]
        return {code[self._reference] for code in codes if isinstance(code, dict) and self._reference in code}
