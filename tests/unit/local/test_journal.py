"""The journal: order, torn lines, snapshots, full disks, threads."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _opened(folder: Path) -> Journal:
    journal = Journal(folder)
    journal.open()
    return journal


def _read(folder: Path) -> list[Any]:
    return list(Journal(folder).read())


def test_reads_what_was_appended_in_order_across_openings(tmp_path: Path) -> None:
    for start in (0, 10):
        journal = _opened(tmp_path)
        for number in range(start, start + 3):
            journal.append({"n": number})
        journal.close()
    assert [record["n"] for record in _read(tmp_path)] == [0, 1, 2, 10, 11, 12]


def test_is_readable_by_another_process_before_append_returns_without_close(tmp_path: Path) -> None:
    journal = _opened(tmp_path)
    journal.append([1])
    assert _read(tmp_path) == [[1]]
    journal.close()


def test_a_torn_last_line_is_left_out_and_hides_nothing_that_comes_later(tmp_path: Path) -> None:
    journal = _opened(tmp_path)
    journal.append(["whole"])
    journal.close()
    (segment,) = tmp_path.glob("journal-*")
    with segment.open("ab") as file:
        file.write(b'["tor')
    journal = _opened(tmp_path)
    journal.append(["later"])
    journal.close()
    assert _read(tmp_path) == [["whole"], ["later"]]


def test_snapshot_replaces_segments_and_keeps_what_is_appended_meanwhile(tmp_path: Path) -> None:
    journal = _opened(tmp_path)
    journal.append(["old"])

    def records() -> Iterator[Any]:
        yield ["snapshot"]
        journal.append(["meanwhile"])

    journal.snapshot(records)
    journal.append(["after"])
    journal.close()
    assert _read(tmp_path) == [["snapshot"], ["meanwhile"], ["after"]]
    assert len(list(tmp_path.glob("journal-*"))) == 1


def test_a_snapshot_that_fails_leaves_everything_readable(tmp_path: Path) -> None:
    journal = _opened(tmp_path)
    journal.append(["old"])

    def records() -> Iterator[Any]:
        yield ["half"]
        raise OSError(errno.ENOSPC, "no space")

    with pytest.raises(OSError, match="no space"):
        journal.snapshot(records)
    journal.append(["after"])
    journal.close()
    assert _read(tmp_path) == [["old"], ["after"]]


def test_a_record_that_does_not_fit_on_the_disk_is_refused_and_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = _opened(tmp_path)
    journal.append(["first"])
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:4]))
    with pytest.raises(OSError, match="only 4 of"):
        journal.append(["second"])
    monkeypatch.undo()
    journal.append(["third"])
    journal.close()
    assert _read(tmp_path) == [["first"], ["third"]]


def test_appending_after_close_is_an_error(tmp_path: Path) -> None:
    journal = _opened(tmp_path)
    journal.close()
    with pytest.raises(OSError, match="closed"):
        journal.append([1])


def test_takes_appends_of_many_threads_whole(tmp_path: Path) -> None:
    journal = _opened(tmp_path)

    def work(thread: int) -> None:
        for number in range(200):
            journal.append([thread, number, "x" * 50])

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    records = _read(tmp_path)
    assert len(records) == 800
    for writer in range(4):
        assert [n for t, n, _ in records if t == writer] == list(range(200))
