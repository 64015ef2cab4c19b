"""Tests that the built package works outside the checkout, with its documents and types, and without its extras."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
PROGRAM = """
import sys
import chat_client

assert chat_client.__file__.startswith(sys.argv[1]), chat_client.__file__
assert "createMessage" in chat_client.document("createMessage")
print(*sorted(sys.modules.keys() & {"boto3", "botocore", "pycognito"}))
"""


def test_the_built_package_works_outside_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(PACKAGE)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(installed)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
    assert (installed / "chat_client" / "py.typed").is_file()
