"""Tests of the command that runs all generators."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from common.commands import OperationError
from tools.checkout import ROOT
from tools.regenerate import GENERATORS, Generator, regenerate

if TYPE_CHECKING:
    from pathlib import Path

PYTEST = [generator for generator in GENERATORS if "pytest" in generator.command]


def test_every_module_exists() -> None:
    modules = [generator.command[2] for generator in GENERATORS if generator.command[0] == sys.executable]

    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


@pytest.mark.parametrize("generator", PYTEST, ids=str)
def test_every_generator_that_is_a_test_exists_and_reads_its_variable(generator: Generator) -> None:
    test = generator.command[-1]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", test],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert test in done.stdout.splitlines(), done.stdout + done.stderr
    assert str(generator.variable) in (ROOT / test.partition("::")[0]).read_text(encoding="utf-8")


def test_a_failing_generator_is_named_as_it_is_typed(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    failing = Generator((sys.executable, "-m", "no_such_generator"), variable="CHAT_TEST_UPDATE")

    with pytest.raises(OperationError, match=r"^CHAT_TEST_UPDATE=1 python -m no_such_generator failed:\n.*No module"):
        regenerate(tmp_path, [failing])


def test_changed_files_are_returned(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "kept").touch()

    assert regenerate(tmp_path, [Generator(("touch", "written"))]) == ["written"]
