"""Files that a command is to write: checked before the work that their content takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def check_writable(file: Path) -> None:
    """Make the folder of a file, and make sure that the file can be written; it stays as it is.

    Raises:
        OSError: it cannot; the error names the path.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    existed = file.exists()
    file.open("ab").close()
    if not existed:
        file.unlink()
