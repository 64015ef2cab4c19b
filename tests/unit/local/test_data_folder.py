"""Tests of which folders become a data directory: new, empty and marked ones, and those of old releases."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from common.owned_folder import MARKER, ForeignFolderError, Purpose, claim, purpose_of
from local import data_folder
from local.data_folder import claim_data_folder, delete_data_folder, is_of_earlier_release, left_alone
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory, prepare
from local.process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_EARLIER = (
    "certificates/ deploy.lock deployed-by logs/server.log logs/bootstrap-pip.log objects/ outputs.json server.pid "
    "stack/cdk.tf.json state/items/journal-00000001.jsonl terraform/ tmp/ web/site"
)


def _make(root: Path, names: str) -> Path:
    root.mkdir(exist_ok=True)
    for name in names.split():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return root


@pytest.mark.parametrize(
    "names",
    [
        _EARLIER,
        f"{_EARLIER} inventory.json credentials.json damaged/",
        "server.pid outputs.json state/items/journal-00000012.jsonl",
        "server.pid direct.json direct.new objects/ state/items/snapshot.jsonl",
    ],
)
def test_a_folder_with_a_journal_of_items_is_adopted(tmp_path: Path, names: str) -> None:
    root = _make(tmp_path, names)
    assert is_of_earlier_release(root)
    (root / "server.pid").write_text("123 4566 4567 4580\n")
    assert is_of_earlier_release(root)


@pytest.mark.parametrize(
    "names",
    [
        "deploy.lock",
        "deploy.lock logs/process.log server.pid",
        "logs/bootstrap-venv.log logs/requirements.txt",
        "logs/",
    ],
)
def test_an_interrupted_first_run_is_adopted_in_the_checkout_only(
    tmp_path: Path, names: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _make(tmp_path, names)
    assert not is_of_earlier_release(root)
    monkeypatch.setattr(data_folder, "_CHECKOUT", root)
    assert is_of_earlier_release(root)
    (root / "logs").mkdir(exist_ok=True)
    (root / "logs" / "server.log.2024").touch()
    assert not is_of_earlier_release(root)


@pytest.mark.parametrize(
    "names",
    [
        f"{_EARLIER} thesis.txt",
        f"{_EARLIER} logs/thesis.txt",
        f"{_EARLIER} .git/config",
        _EARLIER.replace("server.pid", ""),
        _EARLIER.replace("state/items/journal-00000001.jsonl", "state/a"),
        "thesis.txt",
        "tmp/thesis.txt",
        "server.pid",
        "logs/",
        "logs/server.log",
        "server.pid logs/server.log.2024 logs/web.log",
        "server.pid state/a terraform/main.tf web/index.html",
        "logs/access.log",
        "server.pid logs/access.log tmp/",
        "server.pid tmp/ logs/server.log web/",
        "server.pid/ outputs.json state/",
    ],
)
def test_other_folders_are_foreign(tmp_path: Path, names: str) -> None:
    assert not is_of_earlier_release(_make(tmp_path, names))


def test_the_journal_of_another_program_makes_a_folder_foreign(tmp_path: Path) -> None:
    root = _make(tmp_path, _EARLIER)
    journal = root / "state/items/journal-00000001.jsonl"
    journal.write_text('{"of": "items"}\n')
    assert is_of_earlier_release(root)
    journal.write_text("mine\n")
    assert not is_of_earlier_release(root)


def test_only_files_of_the_backend_are_deleted(tmp_path: Path) -> None:
    claim_data_folder(tmp_path / "data")
    made = (
        "state/a objects/b certificates/c outputs.json outputs.json.damaged .outputs.json-a1_b2c3d inventory.json "
        "inventory.json.new damaged/d web/e tmp/f logs/g terraform/h stack/i server.pid credentials.json deployed-by"
    )
    root = _make(tmp_path / "data", f"{made} thesis.txt photos/")
    assert delete_data_folder(root)
    assert {path.name for path in left_alone(root)} == {"thesis.txt", "photos"}
    for path in left_alone(root):
        path.rmdir() if path.is_dir() else path.unlink()
    assert delete_data_folder(root)
    assert not root.exists()


def test_the_server_pid_of_another_program_makes_a_folder_foreign(tmp_path: Path) -> None:
    root = _make(tmp_path, _EARLIER)
    (root / "server.pid").write_text("123\n")
    assert not is_of_earlier_release(root)


def test_a_link_in_it_makes_a_folder_foreign(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = _make(tmp_path / "data", _EARLIER.replace("tmp/", ""))
    (root / "tmp").symlink_to(tmp_path / "elsewhere")
    assert not is_of_earlier_release(root)


@pytest.mark.parametrize("command", ["up", "serve", "clean"])
def test_no_command_changes_foreign_files(tmp_path: Path, command: str) -> None:
    _make(tmp_path, "tmp/thesis.txt notes/")
    done = subprocess.run(
        [sys.executable, "-m", "local", command, "--directory", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
    assert "LOCAL_DIRECTORY" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.rglob("*")} == {"tmp", "thesis.txt", "notes"}


def _prepare(root: Path) -> None:
    prepare(DataDirectory(root), 1, RunCredentials.generate())


def test_no_start_empties_a_foreign_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither if the folder is foreign, nor if a link leads out of the data directory."""
    monkeypatch.delitem(sys.modules, "ministack.app", raising=False)
    thesis = _make(tmp_path / "foreign", "tmp/thesis.txt") / "tmp" / "thesis.txt"
    with pytest.raises(ForeignFolderError, match="nothing in it was changed"):
        _prepare(tmp_path / "foreign")
    claim(tmp_path / "own", Purpose.DATA, option="--directory")
    (tmp_path / "own" / "tmp").symlink_to(thesis.parent)
    with pytest.raises(ForeignFolderError, match="must not be a symbolic link"):
        _prepare(tmp_path / "own")
    assert thesis.exists()
    assert purpose_of(tmp_path / "own") is Purpose.DATA


def test_an_incomplete_marker_does_not_make_an_old_directory_foreign(tmp_path: Path) -> None:
    root = tmp_path / "old"
    _make(root, f"{_EARLIER} {MARKER}")
    claim_data_folder(root)
    assert purpose_of(root) is Purpose.DATA
