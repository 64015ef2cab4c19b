"""A copy of the checkout in which documented commands run: they write to it, and `make` installs nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.helpers.backend import ROOT
from tests.helpers.environments import freeze_environments

if TYPE_CHECKING:
    from pathlib import Path

_INSTALLED = (".venv", "node_modules", "web/node_modules")
_LEFT_OUT = ("__pycache__", ".git", ".local", ".tools", "cdktf.out", "dist", "node_modules", ".venv", ".*_cache")
_STAMPS = (".venv/.runtime", "node_modules/.runtime")
"""Files that `make` installs from; they exist, even if the files of the copy are newer."""


def copy_for_commands(folder: Path, *, after_make: str = "") -> Path:
    """Copy the checkout, with the frozen environments, and link the installed tools.

    Args:
        folder: the destination; must not exist.
        after_make: a shell command that the `make` in the folder ``bin`` of the copy runs after the target.
    """
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
    freeze_environments(folder)
    for name in _INSTALLED:
        if (ROOT / name).exists() and not (folder / name).is_symlink():
            (folder / name).symlink_to(ROOT / name)
    (ROOT / "web" / "dist").mkdir(exist_ok=True)  # builds of the client are shared: they are named by their sources
    (folder / "web" / "dist").symlink_to(ROOT / "web" / "dist")
    (folder / "bin").mkdir()
    make = folder / "bin" / "make"
    old = " ".join(f"--old-file={stamp}" for stamp in _STAMPS)
    lines = ["#!/bin/sh", f'"{shutil.which("make")}" {old} "$@" || exit $?', after_make, ""]
    make.write_text("\n".join(lines), encoding="utf-8")
    make.chmod(0o755)
    return folder
