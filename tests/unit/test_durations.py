"""Tests of the durations that a run records, and of the order derived from them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.helpers.nested_pytest import WORKERS, run_pytest

CONFTEST = """
import pytest
from tests import durations
from tests.durations import longest_first, measure

durations.FEWEST_SECONDS = 0.0

def pytest_configure(config):
    measure(config)

def pytest_collection_modifyitems(config, items):
    longest_first(config, items)
"""
SHORT = """
def test_waits_for_nothing():
    pass
"""
LONG = """
import subprocess, sys, time
import pytest

BURN = "import time; end = time.process_time() + 0.6\\nwhile time.process_time() < end: pass"

@pytest.fixture(scope="module")
def expensive():
    subprocess.run([sys.executable, "-c", BURN], check=True)

def test_burns_in_a_child(expensive):
    pass
"""
SERVED = """
import os, pathlib, subprocess, sys, time

BURN = "import time; end = time.process_time() + 0.6\\nwhile time.process_time() < end: pass\\ntime.sleep(60)"

def test_burns_in_the_background(tmp_path, monkeypatch):
    # As a server is started: by a process that ends at once.
    quiet = "stdout=-3, stderr=-3"
    start = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', sys.argv[1]], {quiet}).pid)"
    pid = int(subprocess.run([sys.executable, "-c", start, BURN], check=True, capture_output=True).stdout)
    try:
        while sum(map(int, open(f"/proc/{pid}/stat").read().split()[13:15])) < 0.6 * os.sysconf("SC_CLK_TCK"):
            time.sleep(0.05)
    finally:
        (tmp_path.parent.parent / "pid").write_text(str(pid))
    # Not undone yet when the time of the file's processes is read.
    monkeypatch.setattr(pathlib.Path, "open", None)
    monkeypatch.setattr(pathlib.Path, "iterdir", None)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {"conftest.py": CONFTEST, "test_a.py": SHORT, "test_b.py": LONG}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(project: Path, *arguments: str) -> str:
    done = run_pytest(project, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def cpu(output: str, name: str) -> float:
    found = re.search(rf"^ *([\d.]+) +[\d.]+  {re.escape(name)}", output, re.MULTILINE)
    assert found is not None, output
    return float(found[1])


@pytest.mark.parametrize("workers", [(), WORKERS])
def test_the_time_of_subprocesses_is_counted_for_the_file_and_the_fixture(
    project: Path, workers: tuple[str, ...]
) -> None:
    output = run(project, *workers)

    assert cpu(output, "test_a.py") < 0.5 < cpu(output, "test_b.py")
    assert cpu(output, "expensive") > 0.5


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells about other processes")
def test_the_time_of_background_servers_is_counted(project: Path, tmp_path: Path) -> None:
    (project / "test_b.py").write_text(SERVED, encoding="utf-8")

    output = run(project, f"--basetemp={tmp_path / 'temporary'}")

    os.kill(int((tmp_path / "pid").read_text()), 9)
    assert cpu(output, "test_b.py") > 0.5


def test_the_slowest_files_start_first(project: Path) -> None:
    def begun(output: str) -> list[str]:
        return re.findall(r"^(test_\w+\.py)::", output, re.MULTILINE)

    assert begun(run(project)) == ["test_a.py", "test_b.py"]
    assert begun(run(project)) == ["test_b.py", "test_a.py"]
    (kept,) = (project / ".pytest_cache").rglob("durations/files")
    assert set(json.loads(kept.read_text())) == {"test_a.py", "test_b.py"}
