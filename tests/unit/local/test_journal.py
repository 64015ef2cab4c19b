"""The journal: order, torn lines, snapshots, full disks, threads."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.journal import Journal
from local.process import ROOT

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

    journal.write_snapshot(records)()
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
        journal.write_snapshot(records)()
    journal.append(["after"])
    journal.close()
    assert _read(tmp_path) == [["old"], ["after"]]


COMPACTING = """
import os, signal, sys
from pathlib import Path
from local.embedded.journal import Journal

folder, wanted = Path(sys.argv[1]), sys.argv[2]
items, steps = {}, []

def step(name):
    steps.append(name)
    if f"{name} {steps.count(name)}" == wanted:
        os.kill(os.getpid(), signal.SIGKILL)

def watch(name):
    inner = getattr(Path, name)
    def watched(path, *arguments, **options):
        step("before " + name)
        inner(path, *arguments, **options)
        step("after " + name)
    setattr(Path, name, watched)

watch("replace")
watch("unlink")

def put(journal, key, value):
    items[key] = value
    journal.append([key, value])
    print(key, value, flush=True)

def everything(journal):
    for number, (key, value) in enumerate(list(items.items())):
        step("record")
        yield [key, value]
        put(journal, f"meanwhile-{number}", value)
    put(journal, "a-0", "changed meanwhile")

for opening in range(3):
    journal = Journal(folder)
    journal.open()
    for number in range(3):
        put(journal, f"a-{number}", f"{opening}-{number}")
put_in_place = journal.write_snapshot(lambda: everything(journal))
put(journal, "a-1", "changed before it is in place")
put_in_place()
put(journal, "a-2", "changed afterwards")
print(*steps, file=sys.stderr)
"""
"""Appends to three segments and compacts them while it goes on; tells what is written and dies where it is told to."""


@pytest.mark.parametrize(
    "death",
    [
        *("record 1", "record 3", "before replace 1", "after replace 1"),
        *("before unlink 1", "after unlink 1", "before unlink 2", "after unlink 2", "after unlink 3"),
        "never",
    ],
)
def test_a_process_killed_at_any_step_of_a_compaction_has_lost_nothing(tmp_path: Path, death: str) -> None:
    command = [sys.executable, "-c", COMPACTING, str(tmp_path), death]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == (0 if death == "never" else -signal.SIGKILL), done.stderr
    written = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert written.keys() >= {"a-0", "a-1", "a-2"}
    assert dict(_read(tmp_path)) == written


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
