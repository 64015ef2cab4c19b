"""Runs the quick start of appsync-local's README with another port and without this project's packages."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.helpers.backend import ROOT
from tests.helpers.documents import documented_block

PORT = "8000"
SECONDS = 240


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Create a virtual environment with this one's libraries, without this project's packages; return its variables."""
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("appsync_local", "chat_client")):
            (libraries / entry.name).symlink_to(entry)
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(str(libraries), encoding="utf-8")
    (tmp_path / "packages").symlink_to(ROOT / "packages")
    return {
        "PATH": f"{environment / 'bin'}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # "0" turns isolation off
        "APPSYNC_LOCAL_NODE_PACKAGES": str(ROOT),
    }


def test_the_quick_start_ends_with_a_note(machine: dict[str, str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    script = documented_block("packages/appsync-local/README.md", "appsync-local setup").text.replace(PORT, port)
    output = tmp_path / "output"

    with output.open("wb") as file:
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=machine,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        try:
            code = shell.wait(SECONDS)
        finally:
            os.killpg(shell.pid, signal.SIGTERM)  # the server in the background

    lines = output.read_text(encoding="utf-8").splitlines()
    assert code == 0, lines
    assert json.loads(lines[-1])["data"]["write"]["text"] == "Milk"
