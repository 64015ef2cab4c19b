"""Tests of atomic writes of files that can be regenerated: they replace what exists, or fail with one sentence."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from typing import TYPE_CHECKING, NoReturn

import pytest

from common import whole_files
from common.json_documents import find_object
from common.whole_files import FileError, make_folder, put_aside, read_text, remove, write_whole
from tests.helpers.damage import DAMAGES, damage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("how", DAMAGES)
def test_a_file_replaces_whatever_exists_at_its_path(how: str, tmp_path: Path) -> None:
    file = tmp_path / "folder" / "file.json"
    write_whole(file, '{"a": 1}')
    damage(file, how)

    write_whole(file, '{"b": 2}')

    assert find_object(file) == {"b": 2}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.is_symlink()
    assert {path.name for path in file.parent.iterdir()} - {"file.json.damaged"} == {"file.json"}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_file_without_a_json_object_is_read_as_none(how: str, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    write_whole(file, '{"a": 1}')
    damage(file, how)

    assert find_object(file) == ({} if how == "{}" else None)


def test_json_nested_too_deeply_is_read_as_none(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text("[" * 200_000, encoding="ascii")
    assert find_object(file) is None
    assert read_text(file) == "[" * 200_000


def test_a_link_is_replaced_and_its_target_unchanged(tmp_path: Path) -> None:
    foreign, link = tmp_path / "foreign", tmp_path / "link"
    foreign.mkdir()
    (foreign / "precious").write_text("kept", encoding="utf-8")
    link.symlink_to(foreign)

    write_whole(link, "ours")

    assert link.read_text(encoding="utf-8") == "ours"
    link.unlink()
    link.symlink_to(foreign)
    remove(link)
    assert (foreign / "precious").read_text(encoding="utf-8") == "kept"


def test_the_backup_replaces_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for content in ("first", "second"):
        damage(file, "folder")
        (file / "content").write_text(content, encoding="utf-8")
        assert put_aside(file) == tmp_path / "file.damaged"
    assert (tmp_path / "file.damaged" / "content").read_text(encoding="utf-8") == "second"


@pytest.mark.parametrize("how", ["empty", "broken link"])
def test_a_folder_replaces_whatever_exists_at_its_path(how: str, tmp_path: Path) -> None:
    damage(tmp_path / "folder", how)
    make_folder(tmp_path / "folder")
    assert (tmp_path / "folder").is_dir()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full. Free some space there and run the same command again."),
        (errno.EDQUOT, "is full. Free some space there and run the same command again."),
        (errno.EACCES, "LOCAL_DIRECTORY="),
        (errno.EROFS, "LOCAL_DIRECTORY="),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_failed_write_names_the_file_and_the_remedy_and_keeps_the_old_one(
    number: int, words: str, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    file = tmp_path / "file"
    write_whole(file, "old")
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FileError) as refused:
        write_whole(file, "new")
    monkeypatch.undo()

    assert str(file) in str(refused.value)
    assert words in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_text(encoding="utf-8") == "old"


def test_a_full_disk_is_reported_when_a_folder_is_copied(tmp_path: Path) -> None:
    """``copytree`` raises one error for all files, without an error number."""
    (tmp_path / "a").mkdir()
    failed = shutil.Error([("from", "to", "[Errno 28] No space left on device: 'to'")])
    with pytest.raises(FileError, match="the disk is full"), whole_files.explaining(tmp_path / "a"):
        raise failed
