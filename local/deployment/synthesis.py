"""Synthesizes the stack of the environment ``local`` into a separate folder if its sources have changed.

``cdktf.out`` belongs to ``make synth`` and is neither read nor written here, so that two backends of one checkout with
different settings can start at the same time.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from common.environment_files import DIRECTORY_VARIABLE, environment_files
from common.system_errors import is_about_space
from common.whole_files import explaining, make_folder, read_text, remove, write_whole
from terraform.requests import DeploymentError
from terraform.stack import ASSETS, CONFIGURATION, Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENVIRONMENT = "local"
_STACK = f"chat-{ENVIRONMENT}"
_SOURCES = (
    "main.py",
    "cdktf.json",
    "package-lock.json",
    "Pipfile.lock",
    "common",
    "contract",
    "stacks",
    "graphql",
    "lambdas",
)
_SECONDS = 600
_NOTE = "sources.sha256"
"""Checksums of the sources and of the result; a damaged result is synthesized again."""
_TEMPORARY = "synthesis-"


def synthesized(root: Path, folder: Path, *, say: Callable[[str], None]) -> Stack:
    """Return the stack of the current sources.

    Args:
        root: the checkout.
        folder: receives the stack and its checksums.
        say: receives progress messages.

    Raises:
        DeploymentError: the synthesis failed; the message is the synthesizer's.
        FileError: the folder cannot be written.
    """
    fingerprint = _fingerprint(root)
    note = folder / _NOTE
    stack = Stack(folder, ENVIRONMENT)
    with explaining(folder):
        if stack.is_there and read_text(note) == f"{fingerprint} {stack.digest()}":
            return stack
        say("Synthesizing the stack of environment local ...")
        make_folder(folder)
        for leftover in folder.glob(f"{_TEMPORARY}*"):
            remove(leftover)
        with tempfile.TemporaryDirectory(dir=folder, prefix=_TEMPORARY) as output:
            _synthesize(root, Path(output))
            _copy(Path(output) / "stacks" / _STACK, folder)
        write_whole(note, f"{fingerprint} {stack.digest()}")
        return stack


def _synthesize(root: Path, output: Path) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "main.py"],
            cwd=root,
            env={
                **os.environ,
                "CHAT_ENVIRONMENTS": ENVIRONMENT,
                "CDKTF_OUTDIR": str(output),
                "CHECKPOINT_DISABLE": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"`python main.py` did not end within {_SECONDS} s"
        raise DeploymentError(message) from error
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip())[-4000:]
        if is_about_space(words):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        message = f"Synthesis failed (`python main.py` exited with {done.returncode}):\n{words}"
        raise DeploymentError(message)


def _copy(source: Path, folder: Path) -> None:
    """Copy the stack's file and assets to the folder; keep other files, such as Terraform's."""
    for name in (_NOTE, ASSETS, CONFIGURATION):
        remove(folder / name)
    if (source / ASSETS).is_dir():
        shutil.copytree(source / ASSETS, folder / ASSETS)
    shutil.copyfile(source / CONFIGURATION, folder / CONFIGURATION)


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    if (file := environment_files(root, os.environ).get(ENVIRONMENT)) is not None:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    settings = {name: value for name, value in os.environ.items() if _is_setting(name)}
    digest.update(json.dumps(settings, sort_keys=True).encode())
    return digest.hexdigest()


def _is_setting(name: str) -> bool:
    """Return whether a variable is a setting; variables of the local AWS and the files' directory are not."""
    return name.startswith("CHAT_") and not name.startswith(("CHAT_LOCAL_", DIRECTORY_VARIABLE))


def _files(root: Path) -> Iterator[Path]:
    for source in _SOURCES:
        path = root / source
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
