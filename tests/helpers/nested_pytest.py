"""Runs pytest on a small project of a test, with the plugins of this repository's ``tests`` importable."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from pathlib import Path

WORKERS = ("-p", "xdist", "-n", "2", "--dist", "loadfile")
"""Arguments that distribute the files to two workers."""


def run_pytest(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run all tests of a project and return the finished process, with any exit code.

    Args:
        project: the folder of the tests, with its own ``conftest.py``.
        arguments: further arguments of pytest.
        environment: further environment variables.
    """
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-v", *arguments, f"--rootdir={project}", str(project)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
