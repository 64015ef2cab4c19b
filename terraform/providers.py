"""Local copies of a provider: Terraform's mirror folders, the plugin cache, and common prefixes.

Layouts and default folders: Terraform documentation, "CLI Configuration File", "Provider Installation".
"""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOST = "registry.terraform.io"
"""The registry host in a provider's full name, also the name of its folder in a mirror."""

_PREFIXES = ("/opt", "/usr/local", "/usr/share", "/usr/lib", "/var/lib", "/srv", "/home/linuxbrew", "/opt/homebrew")
_DEPTH = 5
_SEARCH_SECONDS = 2.0
"""CPU time of this thread, so that a busy machine does not end the search early."""
_SKIPPED = frozenset({"node_modules", "site-packages", "dist-packages", "__pycache__", ".git", "proc", "sys"})
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "i386": "386", "i686": "386"}
_MISSING = re.compile(r"Failed to (?:query available provider packages|install provider)")
_CONSTRAINT = re.compile(r"\s*(?P<operator>>=|<=|!=|=|>|<|~>)?\s*(?P<version>\d+(?:\.\d+)*)\s*")


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder with the provider in an accepted version."""

    folder: Path
    version: str


def find_mirror(source: str, constraint: str, environment: Mapping[str, str]) -> Mirror | None:
    """Return the mirror with the newest accepted version of a provider for this platform.

    Args:
        source: for example ``hashicorp/aws``.
        constraint: for example ``>= 5.100, < 7.0``.
        environment: the user's environment with Terraform's variables.
    """
    found = [
        Mirror(folder, version)
        for folder in dict.fromkeys(_folders(environment))
        for version in _versions(folder, source)
        if satisfies(version, constraint)
    ]
    return max(found, key=lambda mirror: _numbers(mirror.version), default=None)


def is_missing(output: str) -> bool:
    """Return whether ``terraform init`` failed because of a missing provider, by its output."""
    return _MISSING.search(output) is not None


def satisfies(version: str, constraint: str) -> bool:
    """Return whether a version satisfies a constraint; pre-releases never do."""
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        return False
    return all(_satisfies_one(version, part) for part in constraint.split(",") if part.strip())


def _satisfies_one(version: str, part: str) -> bool:
    match = _CONSTRAINT.fullmatch(part)
    if match is None:
        return False
    have, want = _padded(version), _padded(match["version"])
    operator = match["operator"] or "="
    if operator == "~>":
        parts = match["version"].split(".")
        bound = [*map(int, parts[:-1])] or [int(parts[0])]
        bound[-1] += 1
        return want <= have < _padded(".".join(map(str, bound)))
    return {
        ">=": have >= want,
        "<=": have <= want,
        ">": have > want,
        "<": have < want,
        "=": have == want,
        "!=": have != want,
    }[operator]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _padded(version: str) -> tuple[int, ...]:
    return (*_numbers(version), 0, 0, 0, 0)[:4]


def current_platform() -> str:
    """Return this machine's platform in Terraform's notation, for example ``linux_amd64``."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "windows"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return f"{system}_{_MACHINES.get(machine, machine)}"


def _versions(folder: Path, source: str) -> Iterator[str]:
    """Yield the versions of a provider in a mirror, in the unpacked and packed layouts."""
    provider, here = folder / HOST / source, current_platform()
    name = source.rsplit("/", 1)[-1]
    packed = re.compile(rf"terraform-provider-{re.escape(name)}_(.+)_{re.escape(here)}\.zip")
    try:
        for entry in provider.iterdir():
            match = packed.fullmatch(entry.name)
            if match:
                yield match[1]
            elif any((entry / here).glob(f"terraform-provider-{name}*")):
                yield entry.name
    except OSError:
        return


def _folders(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield folders that may be mirrors, the most likely first."""
    for variable in ("TF_PLUGIN_DIR", "TF_PLUGIN_CACHE_DIR"):
        if environment.get(variable):
            yield Path(environment[variable]).expanduser()
    home = Path(environment.get("HOME", "~")).expanduser()
    yield from _configured(environment, home)
    yield from _implied(environment, home)
    deadline = time.thread_time() + _SEARCH_SECONDS
    for prefix in (*_PREFIXES, str(home / ".terraform.d"), str(home / ".cache")):
        yield from _search(Path(prefix), _DEPTH, deadline)


def _configured(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Yield the folders in the user's CLI configuration."""
    files = [environment.get("TF_CLI_CONFIG_FILE"), environment.get("TERRAFORM_CONFIG"), str(home / ".terraformrc")]
    for file in filter(None, files):
        try:
            text = Path(file).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        for path in re.findall(r'(?:plugin_cache_dir|path)\s*=\s*"([^"]+)"', text):
            yield Path(path.replace("$HOME", str(home))).expanduser()


def _implied(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    yield home / ".terraform.d" / "plugins"
    yield home / ".terraform.d" / "plugin-cache"
    if sys.platform == "darwin":
        for library in (home / "Library", Path("/Library")):
            yield library / "Application Support" / "io.terraform" / "plugins"
    data = [environment.get("XDG_DATA_HOME") or str(home / ".local" / "share")]
    data += (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    for folder in filter(None, data):
        yield Path(folder) / "terraform" / "plugins"


def _search(folder: Path, depth: int, deadline: float) -> Iterator[Path]:
    """Yield folders that contain a folder named like the registry host, until the deadline."""
    if depth < 0 or time.thread_time() > deadline:
        return
    try:
        with os.scandir(folder) as entries:
            children = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    if HOST in children:
        yield folder
        return
    for child in children:
        if child not in _SKIPPED:
            yield from _search(folder / child, depth - 1, deadline)
