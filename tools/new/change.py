"""A change of several files that is made completely or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.commands import OperationError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Change:
    """New files and insertions, collected before any file is written.

    Attributes:
        root: the checkout.
        written: path relative to the checkout -> its new text.
        remaining: the remaining manual edits, one sentence per file.
    """

    root: Path
    written: dict[str, str] = field(default_factory=dict)
    remaining: list[str] = field(default_factory=list)

    def create(self, name: str, text: str) -> None:
        """Add a new file.

        Raises:
            RefusedError: the file exists.
        """
        if (self.root / name).exists():
            raise RefusedError(f"{name} exists already. Choose another name, or edit the file.")
        self.written[name] = text

    def text(self, name: str) -> str:
        """Return the text of a file after the change.

        Raises:
            OperationError: the file does not exist.
        """
        if name in self.written:
            return self.written[name]
        path = self.root / name
        if not path.is_file():
            raise OperationError(f"{name} is missing. Run this command in a complete checkout.")
        return path.read_text(encoding="utf-8")

    def insert(self, name: str, lines: str, *, before: str, after: str = "") -> None:
        """Insert lines into a file.

        Args:
            name: of the file.
            lines: to insert.
            before: beginning of the following line; the first match is used.
            after: text after whose first occurrence the lines are inserted.

        Raises:
            OperationError: the place is not found.
        """
        old = self.text(name)
        start = old.find(after)
        found = (
            re.compile(f"^{re.escape(before)}", re.MULTILINE).search(old, start + len(after)) if start >= 0 else None
        )
        if found is None:
            raise OperationError(
                f"{name} has no place for the new entry: no line {before!r} after {after!r}. Add the entry by hand."
            )
        self.written[name] = old[: found.start()] + lines + old[found.start() :]

    def write(self) -> None:
        """Write all files; if one cannot be written, restore the previous content of the others.

        Raises:
            OSError: a file cannot be written.
        """
        before = {name: path.read_bytes() if (path := self.root / name).exists() else None for name in self.written}
        done: list[str] = []
        try:
            for name, text in self.written.items():
                done.append(name)
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                (self.root / name).write_text(text, encoding="utf-8")
        except OSError:
            for name in done:
                self._restore(name, before[name])
            raise

    def _restore(self, name: str, content: bytes | None) -> None:
        path = self.root / name
        if content is not None:
            path.write_bytes(content)
            return
        path.unlink(missing_ok=True)
        folder = path.parent
        while folder != self.root and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent
