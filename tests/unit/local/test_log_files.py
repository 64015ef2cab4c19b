"""Tests of log files that programs append to: limited in size, readable by their owner only, and always writable."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from local import log_files
from local.log_files import open_log
from tests.helpers.damage import damage

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> None:
    with open_log(path) as log:
        log.write(text.encode())


def test_a_long_log_is_rotated_and_one_old_file_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "_BYTES", 10)
    log = tmp_path / "logs" / "a.log"
    for text in ("one ", "two and more ", "three and more ", "four"):
        write(log, text)
    assert log.read_text(encoding="utf-8") == "four"
    assert (tmp_path / "logs" / "a.log.1").read_text(encoding="utf-8") == "three and more "
    assert {path.name for path in log.parent.iterdir()} == {"a.log", "a.log.1"}


@pytest.mark.parametrize("how", ["missing", "empty", "binary", "folder", "broken link"])
def test_a_log_replaces_whatever_exists_at_its_path(how: str, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    write(log, "before")
    damage(log, how)
    write(log, "words")
    assert log.read_bytes().endswith(b"words")


def test_a_log_readable_by_all_becomes_readable_by_its_owner_only(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.touch()
    log.chmod(0o644)
    write(log, "words")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
