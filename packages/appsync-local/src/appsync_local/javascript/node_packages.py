"""The npm packages of the JavaScript runtime: found in a folder above this package, or installed once per user."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

VARIABLE: Final = "APPSYNC_LOCAL_NODE_PACKAGES"
"""Names a folder whose ``node_modules`` is used instead."""
_LIST: Final = Path(__file__).parent / "node" / "package.json"
_NEEDED: Final = Path("node_modules", "acorn", "package.json")
_SECONDS: Final = 600


class NodePackagesError(Exception):
    """The packages cannot be installed; the message says why."""


def environment() -> dict[str, str]:
    """Return the variable with the packages' folder for Node, or none if Node finds them without it."""
    named = os.environ.get(VARIABLE)
    if named:
        return {VARIABLE: str(Path(named).resolve())}
    return {} if _is_beside_the_package() else {VARIABLE: str(_folder())}


def are_installed() -> bool:
    """Return whether the packages are installed."""
    found = environment()
    return not found or (Path(found[VARIABLE]) / _NEEDED).is_file()


def install() -> Path:
    """Install the packages for this user with npm, atomically.

    Returns:
        the packages' folder, ``~/.cache/appsync-local/<version>``.

    Raises:
        NodePackagesError: npm is not installed, or it failed.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NodePackagesError("npm is missing: install Node.js, which has it, and put it on the PATH.")
    folder = _folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        made = Path(temporary) / folder.name
        made.mkdir()
        shutil.copyfile(_LIST, made / _LIST.name)
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
        try:
            done = subprocess.run(command, cwd=made, capture_output=True, text=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise NodePackagesError(f"npm did not answer within {_SECONDS} s. Run the same command again.") from None
        if done.returncode:
            raise NodePackagesError(f"npm failed:\n{done.stderr.strip()}")
        if not (folder / _NEEDED).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
    return folder


def _folder() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "appsync-local" / hashlib.sha256(_LIST.read_bytes()).hexdigest()[:16]


def _is_beside_the_package() -> bool:
    return any((folder / _NEEDED).is_file() for folder in _LIST.parents)
