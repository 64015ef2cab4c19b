"""Tests of fixtures that workers share: each is made once, also with concurrent requests and after a failure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.once import once_per_run

ROOT = Path(__file__).resolve().parents[2]
WORKERS = """
import pytest
from pathlib import Path
from tests.helpers.once import once_per_run

def make(folder):
    folder.mkdir()  # fails the second time
    (folder / "made").write_text("once")

@pytest.mark.parametrize("number", range(4))
def test_uses_it(tmp_path_factory, number):
    assert (once_per_run(tmp_path_factory, "it", make) / "made").read_text() == "once"
"""


def test_it_is_made_once_for_all_workers(tmp_path: Path) -> None:
    (tmp_path / "test_workers.py").write_text(WORKERS, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "2"),
            *(f"--rootdir={tmp_path}", f"--basetemp={tmp_path / 'run'}", str(tmp_path)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "4 passed" in done.stdout, done.stdout + done.stderr
    assert len(list((tmp_path / "run").rglob("made"))) == 1


def test_a_failed_fixture_is_made_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fail(folder: Path) -> None:
        folder.mkdir()
        raise ValueError(folder)

    with pytest.raises(ValueError, match="tried-again"):
        once_per_run(tmp_path_factory, "tried-again", fail)

    assert once_per_run(tmp_path_factory, "tried-again", Path.mkdir).is_dir()
    assert once_per_run(tmp_path_factory, "tried-again", fail).is_dir()
