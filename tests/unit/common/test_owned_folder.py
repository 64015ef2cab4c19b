"""Tests of folders that commands fill and delete: files of others survive every claim and every deletion."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from common.owned_folder import MARKER, ForeignFolderError, Purpose, claim, delete, others, purpose_of

ROOT = Path(__file__).resolve().parents[3]


def _refused(folder: Path, words: str) -> None:
    """Assert that neither claim nor delete accepts the folder, and that both give the reason and the option."""
    for command in (claim, delete):
        with pytest.raises(ForeignFolderError, match=words) as refused:
            command(folder, Purpose.DATA, option="--to")
        assert "--to" in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_created_folder_is_owned_until_it_is_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    assert purpose_of(folder) is None
    claim(folder, Purpose.DATA, option="--to", mode=0o700)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert purpose_of(folder) is Purpose.DATA
    (folder / "state").mkdir()
    (folder / "state" / "file").touch()
    claim(folder, Purpose.DATA, option="--to")
    assert delete(folder, Purpose.DATA, option="--to")
    assert not folder.exists()
    assert not delete(folder, Purpose.DATA, option="--to")


def test_only_empty_folders_are_claimed(tmp_path: Path) -> None:
    claim(tmp_path, Purpose.DATA, option="--to")
    assert purpose_of(tmp_path) is Purpose.DATA
    foreign = tmp_path / "foreign"
    (foreign / "tmp").mkdir(parents=True)
    (foreign / "tmp" / "thesis.txt").touch()
    with pytest.raises(ForeignFolderError, match="files that the chat backend did not make"):
        claim(foreign, Purpose.DATA, option="--to")
    with pytest.raises(ForeignFolderError, match="nothing in it was deleted"):
        delete(foreign, Purpose.DATA, option="--to")
    assert {path.name for path in foreign.rglob("*")} == {"tmp", "thesis.txt"}


def test_a_folder_owned_for_another_purpose_is_neither_used_nor_deleted(tmp_path: Path) -> None:
    for purpose in Purpose:
        claim(tmp_path / purpose.name, purpose, option="--to")
        (tmp_path / purpose.name / "kept").touch()
    for purpose in Purpose:
        for other in set(Purpose) - {purpose}:
            folder = tmp_path / other.name
            with pytest.raises(ForeignFolderError, match=f"holds {other}, so nothing in it was changed"):
                claim(folder, purpose, option="--to")
            with pytest.raises(ForeignFolderError, match=f"holds {other}: nothing in it was deleted"):
                delete(folder, purpose, option="--to")
            assert (folder / "kept").exists()


def test_unknown_files_are_kept_with_the_marker(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    claim(folder, Purpose.DATA, option="--to")
    for name in ("ours", "thesis.txt"):
        (folder / name).touch()
    for _ in range(2):
        assert delete(folder, Purpose.DATA, option="--to", is_made=lambda name: name == "ours")
        assert others(folder) == [folder / "thesis.txt"]
        assert purpose_of(folder) is Purpose.DATA


def test_an_empty_unclaimed_folder_is_not_deleted(tmp_path: Path) -> None:
    assert not delete(tmp_path, Purpose.DATA, option="--to")
    assert tmp_path.exists()


@pytest.mark.parametrize("made", ["directory", "link", "other"])
def test_only_a_file_with_the_expected_text_is_a_marker(tmp_path: Path, made: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "thesis.txt").touch()
    if made == "directory":
        (folder / MARKER).mkdir()
    elif made == "link":
        claim(tmp_path / "ours", Purpose.DATA, option="--to")
        (folder / MARKER).symlink_to(tmp_path / "ours" / MARKER)
    else:
        (folder / MARKER).write_text("my notes", encoding="utf-8")
    assert purpose_of(folder) is None
    _refused(folder, "chat backend")
    assert (folder / "thesis.txt").exists()


def test_an_interrupted_claim_is_continued(tmp_path: Path) -> None:
    """Interrupted after the folder was created, after the marker was created, and while the marker was written."""
    for number, left in enumerate((None, "", "This folder")):
        folder = tmp_path / str(number)
        folder.mkdir()
        if left is not None:
            (folder / MARKER).write_text(left, encoding="utf-8")
        claim(folder, Purpose.DATA, option="--to")
        assert purpose_of(folder) is Purpose.DATA


@pytest.mark.parametrize("is_adopted", [False, True])
def test_a_failed_deletion_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_adopted: bool
) -> None:
    folder = tmp_path / "data"
    claim(folder, Purpose.DATA, option="--to")
    names = {"a", "b", "c"}
    for name in names:
        (folder / name).mkdir()
    if is_adopted:
        (folder / MARKER).unlink()

    def is_complete(candidate: Path) -> bool:
        return {entry.name for entry in candidate.iterdir()} == names

    original, calls = shutil.rmtree, 0

    def fail_second(path: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        original(path)

    monkeypatch.setattr(shutil, "rmtree", fail_second)
    with pytest.raises(ForeignFolderError, match=r"cannot be deleted. .*: Permission denied"):
        delete(folder, Purpose.DATA, option="--to", adopts=is_complete)
    assert purpose_of(folder) is Purpose.DATA
    assert delete(folder, Purpose.DATA, option="--to")
    assert not folder.exists()


def test_links_are_deleted_and_never_followed(tmp_path: Path) -> None:
    thesis = tmp_path / "foreign" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.touch()
    folder = tmp_path / "data"
    claim(folder, Purpose.DATA, option="--to")
    (folder / "tmp").symlink_to(thesis.parent)
    (folder / "thesis.txt").symlink_to(thesis)
    (folder / "stack").mkdir()
    (folder / "stack" / "assets").symlink_to(thesis.parent)
    assert delete(folder, Purpose.DATA, option="--to")
    assert thesis.exists()


def test_a_linked_folder_is_used_and_not_deleted(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "data"
    link.symlink_to("disk")
    claim(link, Purpose.DATA, option="--to")
    assert purpose_of(tmp_path / "disk") is Purpose.DATA
    with pytest.raises(ForeignFolderError, match="is a symbolic link to disk"):
        delete(link, Purpose.DATA, option="--to")
    assert purpose_of(tmp_path / "disk") is Purpose.DATA


def test_a_dangling_link_is_refused(tmp_path: Path) -> None:
    """An unmounted disk must not be replaced by a new folder."""
    (tmp_path / "data").symlink_to(tmp_path / "unmounted")
    with pytest.raises(ForeignFolderError, match="does not exist"):
        claim(tmp_path / "data", Purpose.DATA, option="--to")
    assert not (tmp_path / "unmounted").exists()


def test_circular_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ForeignFolderError, match=re.escape(str(tmp_path / "a"))):
        claim(tmp_path / "a", Purpose.DATA, option="--to")


@pytest.mark.parametrize("place", ["/", ".", "..", "repository", "above"])
def test_system_folders_and_the_repository_are_refused(place: str) -> None:
    named = {"repository": ROOT, "above": ROOT.parent}
    folder = named.get(place) or (Path("/") if place == "/" else ROOT / place)
    _refused(folder, "never used for this|shared by all users")
    assert not (folder / MARKER).exists()


def test_a_home_folder_is_refused_even_if_it_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home" / "me"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    _refused(home, "is the home directory")
    _refused(home.parent, "contains the home directory")
    claim(home / "data", Purpose.DATA, option="--to")
    assert purpose_of(home / "data") is Purpose.DATA


def test_a_shared_folder_is_refused_even_if_it_is_empty(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    _refused(shared, "shared by all users")


def test_files_and_special_file_systems_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    _refused(tmp_path / "file", "is not a folder")
    with pytest.raises(ForeignFolderError, match="is below a file"):
        claim(tmp_path / "file" / "data", Purpose.DATA, option="--to")
    with pytest.raises(ForeignFolderError, match="--to"):
        claim(Path("/proc/nope"), Purpose.DATA, option="--to")
    with pytest.raises(ForeignFolderError, match="is too long for a path"):
        claim(tmp_path / ("x" * 300), Purpose.DATA, option="--to")


def test_folders_of_earlier_releases_are_adopted(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "old").touch()
    claim(folder, Purpose.DATA, option="--to", adopts=lambda candidate: (candidate / "old").exists())
    assert purpose_of(folder) is Purpose.DATA
    (folder / MARKER).unlink()
    assert delete(folder, Purpose.DATA, option="--to", adopts=lambda candidate: (candidate / "old").exists())
    assert not folder.exists()


def test_a_full_disk_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail)
        with pytest.raises(ForeignFolderError, match="the disk is full"):
            claim(tmp_path / "data", Purpose.DATA, option="--to")
    claim(tmp_path / "data", Purpose.DATA, option="--to")
    assert purpose_of(tmp_path / "data") is Purpose.DATA


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user")
def test_a_folder_of_another_user_is_reported_with_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    claim(folder, Purpose.DATA, option="--to", mode=0o700)
    for parent in (tmp_path, *tmp_path.parents):
        parent.chmod(parent.stat().st_mode | 0o055)
        if parent.name.startswith("pytest-of"):
            break
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from common.owned_folder import ForeignFolderError, Purpose, claim, delete\n"
        "os.setgid(65534)\n"
        "os.setuid(65534)\n"
        "for command in (claim, delete):\n"
        "    try: command(Path(sys.argv[1]), Purpose.DATA, option='--to')\n"
        "    except ForeignFolderError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.stdout.count("Permission denied. It belongs to the user root.") == 2
    assert purpose_of(folder) is Purpose.DATA
