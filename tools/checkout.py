"""The files of a checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
"""This checkout."""


def files(root: Path) -> list[str]:
    """Return the files that Git tracks or does not ignore, relative to the checkout; deleted ones are left out."""
    return _listed(root, "--cached", "--others", "--exclude-standard")


def tracked(*patterns: str) -> list[str]:
    """Return the files of this checkout that Git tracks, relative to it; deleted ones are left out.

    Args:
        patterns: folders or patterns such as ``*.py``; all files if there is none.
    """
    return _listed(ROOT, *patterns)


def _listed(root: Path, *arguments: str) -> list[str]:
    command = ["git", "ls-files", "-z", *arguments]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (root / name).is_file()]
