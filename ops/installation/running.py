"""Runs an installer with a log file and progress reports, and ends it with its parent."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ops.installation.errors import InstallationError, Tool, explain

if TYPE_CHECKING:
    from ops.installation.checkout import Checkout

_REPORT_SECONDS = 10
_POLL_SECONDS = 0.1
_SPACE_FOR_CACHE = 2**30
_FULL_BYTES = 2**24
_RETRY = re.compile(r"trying again|attempt \d+ failed with")
_INTERESTING = re.compile(r"Collecting|Downloading|Installing collected|Retrying|http fetch|attempt \d+ failed")
_DEFAULTS = {
    "PIP_RETRIES": "2",  # not five, each with a longer pause and a timeout of 15 s
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    # npm's own: it waits 10 s, then 60 s before it tries again
    "npm_config_fetch_retry_mintimeout": "1000",
    "npm_config_fetch_retry_maxtimeout": "5000",
    "npm_config_fetch_timeout": "120000",
}


def run(checkout: Checkout, name: str, command: list[str], tool: Tool, *, folder: Path | None = None) -> None:
    """Run an installer and wait for its end.

    Args:
        checkout: the checkout; the caller holds its lock.
        name: the name of the log.
        command: the command.
        tool: the installer, for messages.
        folder: the working directory; the checkout by default.

    Raises:
        InstallationError: the installer failed; the message has the cause and the remedy.
    """
    log = checkout.log(name)
    environment = installer_environment(checkout)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder or checkout.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=() if checkout.lock is None else (checkout.lock,),
            start_new_session=True,
        )
        try:
            lowest = _watch(process, log)
        finally:
            _end(process)
    if process.returncode:
        text = log.read_text(encoding="utf-8", errors="replace")
        folders = [checkout.root, Path(environment["PIP_CACHE_DIR"]), Path(environment["npm_config_cache"])]
        path, was_full = log.relative_to(checkout.root), lowest < _FULL_BYTES
        raise InstallationError(explain(tool, text, process.returncode, path, folders, was_full=was_full))


def _watch(process: subprocess.Popen[bytes], log: Path) -> int:
    """Report progress until the installer ends; return the lowest free space of the disk in bytes."""
    begun = reported = time.monotonic()
    lowest, has_retried = shutil.disk_usage(log.parent).free, False
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)
            return lowest
        now, lowest = time.monotonic(), min(lowest, shutil.disk_usage(log.parent).free)
        if now - reported < (_REPORT_SECONDS if has_retried else 1):
            continue
        line = _last_line(log)
        is_retry = _RETRY.search(line) is not None
        if now - reported >= _REPORT_SECONDS or (is_retry and not has_retried):
            print(f"  {now - begun:.0f} s: {line[:110] or 'still at it'}", flush=True)
            reported = now
        has_retried = has_retried or is_retry


def _last_line(log: Path) -> str:
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        lines = file.read().decode("utf-8", "replace").splitlines()
        found = [line.strip() for line in lines if _INTERESTING.search(line)]
        if not found:
            return ""
        line = re.sub(r"//[^/@\s]*@", "//", found[-1])  # an address may hold a password
        return re.sub(r"WARNING: Retrying .* after connection broken by", "no connection, trying again:", line)
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End an installer and its child processes, if it still runs."""
    if process.poll() is not None:
        return
    for number, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return


def installer_environment(checkout: Checkout) -> dict[str, str]:
    """Return the environment of pip and npm, with temporary files in the checkout and writable caches."""
    environment = {**_DEFAULTS, **os.environ}
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    environment |= {"TMPDIR": str(checkout.temporary), "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
    home = Path(os.environ.get("HOME") or "/nonexistent")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    pip = Path(os.environ.get("PIP_CACHE_DIR") or caches / "pip")
    npm = Path(next((value for name, value in os.environ.items() if name.lower() == "npm_config_cache"), home / ".npm"))
    environment["PIP_CACHE_DIR"] = str(pip if _is_usable(pip) else checkout.tools / "cache" / "pip")
    npm_parts = [
        npm,
        npm / "_logs",
        npm / "_cacache" / "tmp",
        npm / "_cacache" / "content-v2",
        npm / "_cacache" / "index-v5",
    ]
    environment = {name: value for name, value in environment.items() if name.lower() != "npm_config_cache"}
    environment["npm_config_cache"] = str(npm if all(map(_is_usable, npm_parts)) else checkout.tools / "cache" / "npm")
    return environment


def _is_usable(folder: Path) -> bool:
    """Return whether this user can create and write a folder, and its disk has enough space."""
    try:
        while not folder.exists():
            folder = folder.parent
        status = os.statvfs(folder)
    except OSError:
        return False
    has_space = status.f_bavail * status.f_frsize >= _SPACE_FOR_CACHE
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) and has_space
