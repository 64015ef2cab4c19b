"""Deletes generated files for ``make clean``: synthesized files, builds of the web client and caches of tools.

Each is deleted only if it looks as its maker leaves it; symbolic links and everything else stay, with a sentence.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import Parser, run
from common.owned_folder import Purpose, purpose_of
from ops.installation.checkout import entries
from ops.installation.errors import explain_os_error

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
_BUILD = re.compile(r"\.lock|[0-9a-f]{16}(\.new|\.sha256(\.new)?)?")


def _is_synthesized(folder: Path) -> bool:
    return purpose_of(folder) is Purpose.SYNTHESIS or entries(folder) <= {"stacks", "manifest.json"}


def _holds_builds(folder: Path) -> bool:
    return all(_BUILD.fullmatch(name) for name in entries(folder))


def _is_cache(folder: Path) -> bool:
    return not entries(folder) or any((folder / name).is_file() for name in ("CACHEDIR.TAG", ".gitignore"))


_LEFTOVERS: dict[str, Callable[[Path], bool]] = {
    "cdktf.out": _is_synthesized,
    "web/dist": _holds_builds,
    ".mypy_cache": _is_cache,
    ".ruff_cache": _is_cache,
    ".pytest_cache": _is_cache,
    ".hypothesis": _is_cache,
}


def delete_leftovers(root: Path = ROOT) -> list[str]:
    """Delete generated files; return a message for each path that was kept."""
    left = []
    for name, is_recognized in _LEFTOVERS.items():
        folder = root / name
        link = next((path for path in (folder, folder.parent) if path != root and path.is_symlink()), None)
        if link is not None:
            left.append(f"{link} is a symbolic link: it was left alone.")
        elif folder.is_dir() and is_recognized(folder):
            shutil.rmtree(folder)
        elif folder.exists():
            left.append(f"{folder} holds files that this project's commands did not write: it was left alone.")
    return left


def main(arguments: list[str] | None = None) -> int:
    """Delete generated files and print the kept paths; return 1 after an error."""
    Parser(prog="python -m ops.installation.leftovers", description=__doc__).parse_args(arguments)
    try:
        for sentence in delete_leftovers():
            print(sentence)
    except OSError as error:
        print(explain_os_error(error, ROOT), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
