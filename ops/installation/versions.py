"""Checks the versions of Node.js and npm against ``engines`` in package.json."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from ops.installation.errors import TRY_AGAIN, InstallationError

if TYPE_CHECKING:
    from pathlib import Path

_ALTERNATIVE = re.compile(r"(\^|>=)\s*(\d+)\.(\d+)\.(\d+)")
Version = tuple[int, int, int]


def parse_version(text: str) -> Version | None:
    """Return the three numbers of ``v22.12.0``, ``22.12`` or ``24.0.0-nightly``; None for other texts."""
    match = re.match(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?", text.strip())
    return (int(match[1]), int(match[2] or 0), int(match[3] or 0)) if match else None


def is_accepted(version: Version, demand: str) -> bool:
    """Return whether a version is in a range in npm's format, such as ``^20.19.0 || >=22.12.0``.

    Raises:
        ValueError: the format of the range is not supported.
    """
    return any(
        lowest <= version and (open_end or version[0] == lowest[0]) for open_end, lowest in _alternatives(demand)
    )


def in_words(demand: str) -> str:
    """Return a range in words: ``20.19 or a later 20, or 22.12 or newer``."""
    words = []
    for open_end, (major, minor, patch) in _alternatives(demand):
        number = f"{major}.{minor}" + (f".{patch}" if patch else "")
        words.append(f"{number} or newer" if open_end else f"{number} or a later {major}")
    return ", or ".join(words)


def _alternatives(demand: str) -> list[tuple[bool, Version]]:
    found = []
    for text in demand.split("||"):
        match = _ALTERNATIVE.fullmatch(text.strip())
        if match is None:
            message = f"engines in package.json: {text.strip()!r} is neither ^A.B.C nor >=A.B.C"
            raise ValueError(message)
        found.append((match[1] == ">=", (int(match[2]), int(match[3]), int(match[4]))))
    return found


def read_json(file: Path) -> dict[str, Any]:
    """Read a JSON file of npm.

    Raises:
        InstallationError: the file is not a JSON object.
    """
    with contextlib.suppress(ValueError):
        content = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    raise InstallationError(f"{file} is damaged. `git checkout {file.name}` beside it restores it, {TRY_AGAIN}")


def check_node(root: Path, *, npm: bool) -> None:
    """Check Node.js and, for an installation, npm against ``engines`` in package.json.

    Raises:
        InstallationError: one of them is missing or too old.
    """
    engines = read_json(root / "package.json").get("engines", {})
    tools = ["node", "npm"] if npm else ["node"]
    found = {tool: _found(tool) for tool in tools}
    versions = {tool: parse_version(text) for tool, text in found.items()}
    if all(version is not None and is_accepted(version, engines[tool]) for tool, version in versions.items()):
        return
    raise InstallationError(
        f"Node.js {in_words(engines['node'])} is needed, with npm {in_words(engines['npm'])}; found "
        f"{', '.join(f'{tool} {text}' for tool, text in found.items())}. Install both from your system's packages or "
        "from https://nodejs.org, and run the same make command again."
    )


def _found(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        return "missing"
    try:
        output = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return f"{path}, which does not run"
    return output.strip().removeprefix("v") or f"{path}, which does not tell its version"
