"""Ways to damage a file, as after a full disk, a broken copy, an editor or a cleanup."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

DAMAGES: Final = (
    *("missing", "empty", "truncated", "binary", "folder", "broken link"),
    *("[]", "{}", "null", "7", "nested"),
)
SUBTLE: Final = ("one byte less", "one bit")
"""Only a checksum detects these."""


def damage(path: Path, how: str) -> None:
    """Damage a file in one of the ways; an unknown way is written into the file as text."""
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
        contents = {
            "empty": b"",
            "truncated": before[: len(before) // 2],
            "one byte less": before[:-1],
            "one bit": _with_another_bit(before),
            "binary": bytes(range(256)) * 4,
            "nested": b"[" * 100_000,
        }
        path.write_bytes(contents.get(how, how.encode()))


def _with_another_bit(content: bytes) -> bytes:
    place = len(content) * 3 // 4
    return content[:place] + bytes(byte ^ 1 for byte in content[place : place + 1]) + content[place + 1 :]


def files_of_data(directory: Path) -> list[Path]:
    """Return the files of a data directory that cannot be regenerated."""
    state = directory / "state"
    return sorted([directory / "inventory.json", *state.glob("*.json"), *state.rglob("*.jsonl")])
