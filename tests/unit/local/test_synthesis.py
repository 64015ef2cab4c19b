"""Tests of the synthesized stack: made once per state of its sources, and again when any of its files is damaged."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING, NoReturn

import pytest

from common.environment_files import DIRECTORY_VARIABLE
from common.whole_files import FileError
from local.deployment.synthesis import synthesized
from terraform.requests import DeploymentError
from tests.helpers.damage import DAMAGES, damage

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """
import os, pathlib
with open("runs", "a") as runs:
    runs.write("x")
stack = pathlib.Path(os.environ["CDKTF_OUTDIR"], "stacks", "chat-local")
(stack / "assets" / "code").mkdir(parents=True)
(stack / "assets" / "code" / "index.py").write_text("pass")
(stack / "cdk.tf.json").write_text('{"output": {"a": {"value": "b"}}}')
"""
FILES = ("cdk.tf.json", "sources.sha256", "assets", "assets/code/index.py", ".")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout whose `main.py` writes a small stack and counts its runs."""
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "main.py").write_text(MAIN, encoding="utf-8")
    return root


def synthesize(root: Path, folder: Path) -> int:
    """Synthesize and check the result; return the number of runs so far."""
    stack = synthesized(root, folder, say=print)
    assert stack.outputs == {"a": {"value": "b"}}
    assert (folder / "assets" / "code" / "index.py").read_text(encoding="utf-8") == "pass"
    assert not list(folder.glob("synthesis-*"))
    return len((root / "runs").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_stack_is_synthesized_again(how: str, name: str, root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stack"
    assert [synthesize(root, folder), synthesize(root, folder)] == [1, 1]
    damage(folder / name, how)
    assert [synthesize(root, folder), synthesize(root, folder)] == [2, 2]


def test_files_of_a_killed_synthesis_are_deleted_and_terraforms_files_kept(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stack"
    synthesize(root, folder)
    (folder / "synthesis-abc").mkdir()
    (folder / ".terraform.lock.hcl").write_text("lock", encoding="utf-8")
    (root / "main.py").write_text(MAIN + "\n", encoding="utf-8")
    assert synthesize(root, folder) == 2
    assert (folder / ".terraform.lock.hcl").read_text(encoding="utf-8") == "lock"


def test_only_the_settings_of_the_local_environment_cause_a_synthesis(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DIRECTORY_VARIABLE)
    (root / "environments").mkdir()
    runs = []
    for name in ("local", "dev", "local"):
        with (root / "environments" / f"{name}.toml").open("a", encoding="utf-8") as file:
            file.write("enable_xray = true\n")
        runs.append(synthesize(root, tmp_path / "stack"))
    assert runs == [1, 1, 2]


def test_errors_of_the_synthesis_are_passed_on(root: Path, tmp_path: Path) -> None:
    (root / "main.py").write_text("raise SystemExit('no such setting')", encoding="utf-8")
    with pytest.raises(DeploymentError, match="no such setting"):
        synthesized(root, tmp_path / "stack", say=print)


@pytest.mark.parametrize("place", ["main.py", "the copy"])
def test_a_full_disk_is_reported_with_its_remedy(
    place: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_source: Path, target: Path) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    if place == "main.py":
        (root / "main.py").write_text("import errno; raise OSError(errno.ENOSPC, 'No space left on device')")
    else:
        monkeypatch.setattr(shutil, "copytree", fail)
    with pytest.raises(
        FileError, match=r"stack.*: the disk is full\. Free some space there and run the same command again"
    ):
        synthesized(root, tmp_path / "stack", say=print)
