"""Log files for other programs, accessible to their owner only and limited in size."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from common.whole_files import explaining, make_folder, put_aside, remove

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 5 * 1024 * 1024


def open_log(path: Path) -> IO[bytes]:
    """Open a log for appending; if it is too long, first rename it to ``<name>.1``.

    Args:
        path: the log; its folder is created if missing, and a folder in its place is set aside.

    Raises:
        FileError: it cannot be opened.
    """
    with explaining(path):
        make_folder(path.parent)
        if path.is_dir():
            put_aside(path)
        elif path.is_file() and path.stat().st_size >= _BYTES:
            older = path.with_name(f"{path.name}.1")
            remove(older)
            path.rename(older)
        elif path.is_symlink() and not path.exists():
            remove(path)
        return _private(path)


def _private(path: Path) -> IO[bytes]:
    path.touch(mode=0o600)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return path.open("ab")
