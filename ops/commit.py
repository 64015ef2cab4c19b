"""The Git commit of a plan."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN = "unknown"
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, and whether tracked files of the work tree had uncommitted changes."""

    id: str
    dirty: bool


def current_commit(root: Path) -> Commit:
    """Return the commit of a checkout; without Git that of GitHub Actions (``GITHUB_SHA``), else ``unknown``."""
    try:
        commit = _git(root, "rev-parse", "HEAD")
        return Commit(commit, dirty=bool(_git(root, "status", "--porcelain", "--untracked-files=no")))
    except (OSError, subprocess.SubprocessError):
        return Commit(os.environ.get("GITHUB_SHA", UNKNOWN), dirty=False)


def is_older(root: Path, commit: str, than: str) -> bool:
    """Return whether a commit is an ancestor of another one; False if the checkout does not have both."""
    try:
        _git(root, "merge-base", "--is-ancestor", commit, than)
    except (OSError, subprocess.SubprocessError):
        return False
    return commit != than


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, timeout=_SECONDS, check=True)
    return done.stdout.strip()
