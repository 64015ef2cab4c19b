"""The ways in which a file is damaged: by a full disk, a broken copy, an editor, somebody who tidies up."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

DAMAGES: Final = (
    *("missing", "empty", "truncated", "binary", "folder", "broken link"),
    *("[]", "{}", "null", "7"),
)


def damage(path: Path, how: str) -> None:
    """Damage a file in one of the ways; what is not named is written into it as text."""
    before = path.read_bytes() if path.is_file() else b""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if how == "folder":
        path.mkdir()
        (path / "something").write_text("in it", encoding="utf-8")
    elif how == "broken link":
        path.symlink_to(path.parent / "nowhere" / "at all")
    elif how != "missing":
        contents = {"empty": b"", "truncated": before[: len(before) // 2], "binary": bytes(range(256)) * 4}
        path.write_bytes(contents.get(how, how.encode()))
