"""Tests of the parts in which CI runs the tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parts import VARIABLE

ROOT = Path(__file__).resolve().parents[2]
CONFTEST = """
import pytest
from tests.parts import chosen_part, select_part

def pytest_configure(config):
    chosen_part()
    config.addinivalue_line("markers", "terraform: with Terraform")

def pytest_collection_modifyitems(config, items):
    select_part(config, items)
"""
LONG = "import pytest\npytestmark = pytest.mark.terraform\n"
TESTS = "def test_first(): pass\ndef test_second(): pass\n"
WORKERS = ("-p", "xdist", "-n", "2", "--dist", "loadfile")
FILES = {f"test_{letter}.py": (LONG if letter in "aefg" else "") + TESTS for letter in "abcdefgh"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, text in {"conftest.py": CONFTEST, **FILES}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(project: Path, part: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-v", *arguments, f"--rootdir={project}", str(project)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", VARIABLE: part},
        capture_output=True,
        text=True,
        check=False,
    )


def passed(project: Path, part: str, *arguments: str) -> list[str]:
    output = run(project, part, *arguments).stdout
    return sorted(set(re.findall(r"(test_\w\.py::test_\w+)", output)))


def test_each_test_is_in_one_part_with_the_other_tests_of_its_file(project: Path) -> None:
    parts = [passed(project, f"{number}/3") for number in (1, 2, 3)]

    assert sorted(test for part in parts for test in part) == passed(project, "") != []
    files = [{test.partition("::")[0] for test in part} for part in parts]
    assert sum(map(len, files)) == len(FILES)


def test_long_files_are_distributed_evenly(project: Path) -> None:
    for number in (1, 2):
        files = {test.partition("::")[0] for test in passed(project, f"{number}/2")}
        assert len(files & {"test_a.py", "test_e.py", "test_f.py", "test_g.py"}) == 2


def test_workers_select_the_same_part(project: Path) -> None:
    assert passed(project, "2/3", *WORKERS) == passed(project, "2/3")


@pytest.mark.parametrize("workers", [(), WORKERS])
@pytest.mark.parametrize("part", ["5/4", "0/4", "1", "1/0", "x", "-1/4", "1/4/2"])
def test_an_invalid_part_is_refused(project: Path, part: str, workers: tuple[str, ...]) -> None:
    done = run(project, part, *workers)

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f'PART is "{part}". Set it to a part such as 2/4' in done.stderr
