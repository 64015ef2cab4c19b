"""Tests of the web client: types, unit tests, generated operations, and the script size of a first visit."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from local.web.build import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT_BYTES = 300 * 1024
SECONDS = 240

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        shutil.which("node") is None or not (SOURCES / "node_modules" / "vitest").is_dir(),
        reason="the web client's packages are not installed: `make bootstrap-all` does it",
    ),
]


def run(*command: str) -> None:
    """Run one of the client's tools; a failure includes its output."""
    done = subprocess.run(["node", *command], cwd=SOURCES, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_typed_operations_are_current() -> None:
    run("operations.mjs", "--check")


def test_its_unit_tests_pass() -> None:
    run("node_modules/vitest/vitest.mjs", "run")


def test_the_script_size_of_a_first_visit_is_within_the_budget(tmp_path: Path) -> None:
    run("node_modules/vite/bin/vite.js", "build", "--outDir", str(tmp_path), "--emptyOutDir")

    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r'(?:src|href)="\./(assets/[^"]+\.js)"', page)
    assert scripts
    assert sum(len(gzip.compress((tmp_path / script).read_bytes())) for script in scripts) < SCRIPT_BYTES
