"""Tests of the parts in which CI runs the tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.helpers.nested_pytest import WORKERS, run_pytest
from tests.parts import VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

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
FILES = {f"test_{letter}.py": (LONG if letter in "aefg" else "") + TESTS for letter in "abcdefgh"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, text in {"conftest.py": CONFTEST, **FILES}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def passed(project: Path, part: str, *arguments: str) -> list[str]:
    output = run_pytest(project, *arguments, **{VARIABLE: part}).stdout
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
    done = run_pytest(project, *workers, **{VARIABLE: part})

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f'PART is "{part}". Set it to a part such as 2/4' in done.stderr
