"""What happens to files: deleted, cut off, replaced, altered by one bit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _with_another_bit(content: bytes) -> bytes:
    place = len(content) * 3 // 4
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "one byte less": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "one bit": lambda path: path.write_bytes(_with_another_bit(path.read_bytes())),
    "garbage": lambda path: path.write_bytes(b"\x80\xff\x00" * 100),
    "an object": lambda path: path.write_text("{}"),
    "a list": lambda path: path.write_text("[]\n"),
    "null": lambda path: path.write_text("null"),
    "a folder": lambda path: path.rename(path.with_suffix(".gone")).with_suffix(path.suffix).mkdir(),
}


def files_of_data(directory: Path) -> list[Path]:
    """Return the files of a data directory that hold what nothing else can bring back."""
    state = directory / "state"
    found = [directory / "inventory.json", *state.glob("*.json"), *state.rglob("*.jsonl")]
    return sorted(found)
