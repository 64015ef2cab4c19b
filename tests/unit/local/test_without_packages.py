"""Tests that commands which must work without or with a partial installation import only the standard library."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local.process import ROOT
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = """
import sys

sys.path.insert(0, sys.argv[1])
asked = []


class Finder:
    def find_spec(self, name, path=None, target=None):
        asked.append(name)


sys.meta_path.insert(0, Finder())
from local.__main__ import main

try:
    code = main(sys.argv[2:])
except SystemExit as ended:
    code = ended.code
# The standard library asks for "org" to find out whether Jython runs it.
foreign = {name.split(".")[0] for name in asked} - {"common", "local", "org"} - sys.stdlib_module_names
print("foreign:", *sorted(foreign))
sys.exit(code)
"""


def _bare(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with Python's standard library only, without other packages."""
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM, str(ROOT), *arguments]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("command", "code"), [("status", 1), ("down", 0), ("clean", 0)])
def test_no_package_is_needed_if_no_server_runs(tmp_path: Path, command: str, code: int) -> None:
    done = _bare(command, "--directory", str(tmp_path / "data"))
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.endswith("foreign:\n")


def test_no_package_is_needed_to_find_stop_and_delete_a_backend(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        assert server.process is not None
        where = ("--directory", str(server.directory))
        found = _bare("status", *where)
        assert f"process {server.process.pid} on {server.url}" in found.stdout
        stopped = _bare("down", *where)
        assert "Stopped; the data is kept." in stopped.stdout
        assert server.process.wait(timeout=60) == 0
        deleted = _bare("clean", *where)
        assert not server.directory.exists()
    for done in (found, stopped, deleted):
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("foreign:\n")


@pytest.mark.parametrize("command", ["up", "down", "clean", "status", "credentials", "graphql", "chat", "serve", None])
def test_help_needs_no_package(command: str | None) -> None:
    done = _bare(*([command] if command else []), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: python -m local")
    assert done.stdout.endswith("foreign:\n")


@pytest.mark.parametrize("command", ["up", "serve", "chat"])
def test_a_missing_package_is_reported_with_the_remedy(tmp_path: Path, command: str) -> None:
    done = _bare(command, "--directory", str(tmp_path / "data"))
    assert done.returncode == 1
    assert "is not installed for" in done.stderr
    assert "`make bootstrap`" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("arguments", [("up", "--port", "99999"), ("up", "--deploy", "magic"), ("fly",), ()])
def test_wrong_usage_needs_no_package(arguments: tuple[str, ...]) -> None:
    done = _bare(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
