"""Tests of the journal: order, torn lines, snapshots, full disks, threads."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.durable_files import FAULTS, DamagedFileError, WriteFault, WriteFaults
from local.embedded.journal import Journal, salvaged
from local.process import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _opened(folder: Path) -> Journal:
    journal = Journal(folder)
    journal.open()
    return journal


def _needs_snapshot(journal: Journal) -> bool:
    return journal.needs_snapshot


def _read(folder: Path) -> list[Any]:
    return list(Journal(folder).read())


def test_reads_records_in_order_across_openings(tmp_path: Path) -> None:
    for start in (0, 10):
        journal = _opened(tmp_path)
        for number in range(start, start + 3):
            journal.append({"n": number})
        journal.close()
    assert [record["n"] for record in _read(tmp_path)] == [0, 1, 2, 10, 11, 12]


def test_records_are_readable_by_another_process_before_append_returns(tmp_path: Path) -> None:
    journal = _opened(tmp_path)
    journal.append([1])
    assert _read(tmp_path) == [[1]]
    journal.close()


def test_a_torn_last_line_is_ignored_and_later_records_are_read(tmp_path: Path) -> None:
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


def test_snapshot_replaces_segments_and_keeps_concurrent_appends(tmp_path: Path) -> None:
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


def test_after_a_failed_snapshot_everything_is_readable(tmp_path: Path) -> None:
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
from local.embedded.durable_files import FAULTS, DamagedFileError, WriteFault, WriteFaults
from local.embedded.journal import Journal, salvaged

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
watch("rename")

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
"""A program that appends to three segments and compacts them; it prints its writes and dies at the given step."""


@pytest.mark.parametrize(
    "death",
    [
        *("record 1", "record 3", "before replace 1", "after replace 1", "before rename 4", "after rename 4"),
        *("before unlink 1", "after unlink 1", "before unlink 2", "after unlink 2", "after unlink 3"),
        "never",
    ],
)
def test_a_process_killed_at_any_step_of_a_compaction_loses_nothing(tmp_path: Path, death: str) -> None:
    command = [sys.executable, "-c", COMPACTING, str(tmp_path), death]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == (0 if death == "never" else -signal.SIGKILL), done.stderr
    written = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert written.keys() >= {"a-0", "a-1", "a-2"}
    assert dict(_read(tmp_path)) == written


@pytest.fixture
def faults() -> Iterator[WriteFaults]:
    """Yield the faults of this process, and remove them afterwards."""
    yield FAULTS
    FAULTS.arm([])


@pytest.mark.parametrize("is_half_written", [False, True])
@pytest.mark.parametrize("skip", [0, 1], ids=["the record", "the first line"])
def test_a_record_that_cannot_be_written_is_refused_and_leaves_no_trace(
    tmp_path: Path, faults: WriteFaults, skip: int, *, is_half_written: bool
) -> None:
    journal = _opened(tmp_path)
    journal.append(["first"])
    faults.arm([WriteFault("journal-", errno.ENOSPC, skip=skip, half=is_half_written)])
    with pytest.raises(OSError, match="No space left"):
        journal.append(["second"])
    assert _read(tmp_path) == [["first"]]
    journal.append(["third"])
    journal.close()
    assert _read(tmp_path) == [["first"], ["third"]]


def test_a_short_write_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = _opened(tmp_path)
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda descriptor, content, place: write(descriptor, content[:7], place))
    journal.append(["first"])
    monkeypatch.undo()
    journal.close()
    assert _read(tmp_path) == [["first"]]


def test_after_a_failed_flush_nothing_is_appended_before_a_snapshot(tmp_path: Path, faults: WriteFaults) -> None:
    journal = _opened(tmp_path)
    journal.append(["first"])
    faults.arm([WriteFault("journal-", errno.EIO)])
    with pytest.raises(OSError, match="Input/output"):
        journal.flush()
    assert _needs_snapshot(journal)
    with pytest.raises(OSError, match="Input/output"):
        journal.append(["second"])
    journal.write_snapshot(lambda: iter([["first"]]))()
    journal.append(["third"])
    journal.flush()
    journal.close()
    assert _read(tmp_path) == [["first"], ["third"]]


def test_a_snapshot_that_fails_at_any_step_loses_nothing(tmp_path: Path, faults: WriteFaults) -> None:
    journal = _opened(tmp_path)
    expected = []
    for step in range(20):
        journal.append([step])
        expected.append([step])
        fault = WriteFault("", errno.ENOSPC, skip=step)
        faults.arm([fault])
        with contextlib.suppress(OSError):
            journal.write_snapshot(lambda: iter(list(expected)))()
        faults.arm([])
        assert _read(tmp_path) == expected
        if fault.count:  # the armed step does not exist
            break
    assert 3 < step < 19
    journal.close()


# --- damage -----------------------------------------------------------------------------------------


def _three_files(folder: Path) -> list[Path]:
    """Return a snapshot and two segments of five records each, as three openings leave them."""
    journal = _opened(folder)
    for number in range(5):
        journal.append([number])
    journal.write_snapshot(lambda: iter([[number] for number in range(5)]))()
    for number in range(5, 10):
        journal.append([number])
    journal.close()
    journal = _opened(folder)
    for number in range(10, 15):
        journal.append([number])
    journal.close()
    assert [record for (record,) in _read(folder)] == list(range(15))
    return [folder / name for name in ("snapshot.jsonl", "journal-00000002.jsonl", "journal-00000003.jsonl")]


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "without its last record": lambda path: path.write_bytes(b"".join(path.read_bytes().splitlines(True)[:-1])),
    "without its last byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "without its first line": lambda path: path.write_bytes(b"".join(path.read_bytes().splitlines(True)[1:])),
    "without a record": lambda path: path.write_bytes(
        b"".join(line for n, line in enumerate(path.read_bytes().splitlines(True)) if n != 2)
    ),
    "one bit": lambda path: path.write_bytes(path.read_bytes().replace(b" [", b" {", 1)),
    "garbage": lambda path: path.write_bytes(b"\x80\xff\x00" * 100),
    "an object": lambda path: path.write_text("{}"),
    "a list": lambda path: path.write_text("[]\n"),
    "a folder": lambda path: path.rename(path.with_name("elsewhere")).with_name(path.name).mkdir(),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("place", range(3), ids=["snapshot", "middle segment", "last segment"])
def test_damage_of_any_file_is_found_and_reported(tmp_path: Path, place: int, damage: str) -> None:
    path = _three_files(tmp_path)[place]
    DAMAGES[damage](path)
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    with pytest.raises(DamagedFileError) as raised:
        list(Journal(tmp_path, is_expected=True).read())
    assert raised.value.path == (tmp_path if (place, damage) == (0, "deleted") else path)
    assert raised.value.what
    assert {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before


def test_a_deleted_or_replaced_single_file_is_reported(tmp_path: Path) -> None:
    journal = _opened(tmp_path)
    journal.append([1])
    journal.close()
    (segment,) = tmp_path.iterdir()
    segment.write_text("[]\n")
    with pytest.raises(DamagedFileError, match="first line is missing"):
        list(Journal(tmp_path, is_expected=True).read())
    segment.unlink()
    with pytest.raises(DamagedFileError, match="has no journal files"):
        list(Journal(tmp_path, is_expected=True).read())


def test_a_file_of_another_journal_is_refused(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    path, other = _three_files(here)[1], _three_files(there)[1]
    path.write_bytes(other.read_bytes())
    with pytest.raises(DamagedFileError, match="belongs to another data directory"):
        list(Journal(here, is_expected=True).read())


def test_readable_records_are_salvaged(tmp_path: Path) -> None:
    snapshot, middle, _last = _three_files(tmp_path)
    snapshot.unlink()
    middle.write_bytes(middle.read_bytes().replace(b"[7]", b"[8]"))
    assert [record for (record,) in salvaged(tmp_path)] == [5, 6, *range(8, 15)]


# --- the first release ------------------------------------------------------------------------------


def test_files_of_the_first_release_are_read_and_replaced_by_a_snapshot(tmp_path: Path) -> None:
    (tmp_path / "snapshot.jsonl").write_text("[1]\n[2]\n")
    (tmp_path / "journal-00000004.jsonl").write_text("[3]\n")
    (tmp_path / "journal-00000005.jsonl").write_text('[4]\n["tor')
    assert [record for (record,) in _read(tmp_path)] == [1, 2, 3, 4]
    journal = _opened(tmp_path)
    journal.append([5])
    assert _needs_snapshot(journal)
    assert [record for (record,) in Journal(tmp_path, is_expected=True).read()] == [1, 2, 3, 4, 5]
    journal.write_snapshot(lambda: iter([[number] for number in range(1, 6)]))()
    assert not _needs_snapshot(journal)
    journal.append([6])
    journal.close()
    assert [record for (record,) in Journal(tmp_path, is_expected=True).read()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("damage", ["garbage \xff\n", "{}\n", "\n"])
def test_damage_of_a_file_of_the_first_release_is_reported(tmp_path: Path, damage: str) -> None:
    (tmp_path / "journal-00000001.jsonl").write_bytes(b"[1]\n" + damage.encode("latin-1") + b"[2]\n")
    with pytest.raises(DamagedFileError, match=r"journal-00000001\.jsonl is damaged: line 2"):
        list(Journal(tmp_path).read())
    (tmp_path / "journal-00000001.jsonl").write_text("[1]\n")
    (tmp_path / "journal-00000003.jsonl").write_text("[3]\n")
    with pytest.raises(DamagedFileError, match=r"journal-00000002\.jsonl is missing"):
        list(Journal(tmp_path).read())


def test_appending_after_close_is_an_error(tmp_path: Path) -> None:
    journal = _opened(tmp_path)
    journal.close()
    with pytest.raises(OSError, match="closed"):
        journal.append([1])


def test_concurrent_appends_of_threads_are_complete(tmp_path: Path) -> None:
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
