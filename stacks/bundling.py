"""Bundles the resolvers' code with esbuild: AppSync cannot import local files.

The flags are those of AppSync's developer guide ("Additional utilities", bundling). Table names and settings of the
environment become the constants ``TABLES`` and ``SETTINGS``. Each bundle starts with its authorization tags and the
role that it requires: see ``stacks/bundle_header.py``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.bundle_header import bundle_header
from stacks.environments import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stacks.authorization import Source

LARGEST_CODE = 32 * 1024
"""Maximum bytes of code of a resolver or function (AppSync quotas)."""

_FLAGS = (
    "--bundle",
    "--format=esm",
    "--target=esnext",
    "--platform=node",
    "--charset=utf8",
    "--external:@aws-appsync/utils",
    "--external:@aws-appsync/utils/dynamodb",
    "--tsconfig-raw={}",
    "--log-level=error",
    "--color=false",
    "--outbase=.",
)
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """The constants of an environment."""

    tables: Mapping[str, str]
    """Physical name by table key."""
    settings: Mapping[str, object]


def bundle(
    root: Path, files: Sequence[str], requests: Sequence[BundleRequest], authorization: Mapping[str, Source]
) -> list[dict[str, str]]:
    """Bundle ``files`` once for each request, concurrently.

    Args:
        root: The checkout, with ``graphql/`` and ``node_modules/``.
        files: Paths below ``graphql/``.
        requests: The constants of each environment.
        authorization: The tags of every file below ``graphql/``, by path.

    Returns:
        For each request, the code by path.

    Raises:
        ConfigurationError: esbuild is not installed or rejects a file, or a bundle is too large for AppSync.
    """
    if not files:
        return [{} for _ in requests]
    esbuild = _esbuild(root)
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder) / str(number) for number in range(len(requests))]
        runs = [
            _start(esbuild, root / "graphql", files, request, output)
            for request, output in zip(requests, outputs, strict=True)
        ]
        errors = [error for run in runs for error in _finish(run)]
        if errors:
            raise ConfigurationError(*dict.fromkeys(errors))
        return [{file: _read(output, file, authorization) for file in files} for output in outputs]


def _esbuild(root: Path) -> str:
    """Return the native esbuild, or the Node.js wrapper, 50 ms slower, if several platforms are installed."""
    programs = list((root / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    if len(programs) == 1:
        return str(programs[0])
    wrapper = shutil.which("esbuild", path=str(root / "node_modules" / ".bin"))
    if wrapper is None:
        raise ConfigurationError("node_modules/.bin/esbuild is missing, which bundles graphql/; run: make bootstrap")
    return wrapper


def _start(
    esbuild: str, folder: Path, files: Sequence[str], request: BundleRequest, output: Path
) -> subprocess.Popen[str]:
    constants = (
        f"--define:TABLES={json.dumps(dict(request.tables), sort_keys=True)}",
        f"--define:SETTINGS={json.dumps(dict(request.settings), sort_keys=True)}",
    )
    return subprocess.Popen(
        [esbuild, *files, *_FLAGS, *constants, f"--outdir={output}"],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _finish(run: subprocess.Popen[str]) -> list[str]:
    try:
        _, messages = run.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        return [f"esbuild did not finish within {_SECONDS} s; run it again"]
    if run.returncode == 0:
        return []
    # esbuild prints "X [ERROR] <what>", an empty line, then "    <file>:<line>:<column>:" and the line itself.
    found = re.findall(r"\[ERROR\] (.+)\n(?:\s*\n\s+([^\s:]+:\d+:\d+):)?", messages)
    errors = [f"graphql/{place}: {what}" if place else f"graphql/: {what}" for what, place in found]
    return errors or [f"esbuild failed: {' '.join(messages.split()) or f'exit code {run.returncode}'}"]


def _read(output: Path, file: str, authorization: Mapping[str, Source]) -> str:
    code = (output / file).read_text(encoding="utf-8")
    code = bundle_header(file, code, authorization) + code
    size = len(code.encode())
    if size > LARGEST_CODE:
        raise ConfigurationError(f"graphql/{file}: {size} bytes when bundled; AppSync allows {LARGEST_CODE}")
    return code
