"""A journal in segments beside a snapshot: what was appended is there after the process is killed, and nothing twice.

Records are JSON values, one a line. An append is one write to the operating system: it survives the death of the
process (not that of the machine). Every record must say what is so afterwards, not what to do, so that reading it again
over a newer snapshot changes nothing. That allows a snapshot to be taken while appends go on:

1. a new segment is opened; from here on records go there;
2. the snapshot is written beside; it may or may not contain what the new segment received meanwhile;
3. it is renamed into place, when whatever it may contain has been appended too;
4. older segments are deleted, oldest first.

A reader takes the snapshot and then all segments that are there, in order. Killed anywhere in between, it reads some
records that the snapshot already contains, which changes nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SNAPSHOT = "snapshot.jsonl"


class Journal:
    """The journal of one folder. Safe to append to from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._number = 0
        self.size = 0
        """Bytes in the segments that a snapshot would replace."""
        folder.mkdir(parents=True, exist_ok=True)

    def read(self) -> Iterator[Any]:
        """Yield the snapshot's records and then the journal's, oldest first.

        A last line without its end was being written when the process died: nobody was told that it succeeded, and it
        is left out.
        """
        snapshot = self._folder / _SNAPSHOT
        for path in [snapshot, *self._segments()]:
            if not path.exists():
                continue
            with path.open("rb") as lines:
                for line in lines:
                    if line.endswith(b"\n"):
                        yield json.loads(line)

    def open(self) -> None:
        """Begin a new segment after the ones that are there."""
        segments = self._segments()
        self.size = sum(path.stat().st_size for path in segments)
        with self._lock:
            self._begin_segment(_number(segments[-1]) + 1 if segments else 1)

    def append(self, record: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one record; when this returns the operating system has it.

        Raises:
            OSError: it could not be written, for example because the disk is full.
        """
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            if self._descriptor is None:
                msg = "the journal is closed"
                raise OSError(msg)
            written = os.write(self._descriptor, line)
            self.size += written
            if written != len(line):  # a full disk; cut the torn line off so that it hides no later one
                os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - written)
                msg = f"only {written} of {len(line)} bytes of the journal's record could be written"
                raise OSError(msg)

    def write_snapshot(self, records: Callable[[], Iterator[Any]]) -> Callable[[], None]:
        """Write a snapshot of ``records``, read after a new segment has begun, beside the one that counts.

        Returns:
            What puts it in the place of the old snapshot and of the segments before the new one. Call it when no change
            that ``records`` may have seen is still to be appended: a reader would have half a change after a kill.
        """
        old = self._segments()
        with self._lock:
            self._begin_segment(self._number + 1)
            self.size = 0
        temporary = self._folder / f"{_SNAPSHOT}.new"
        with temporary.open("wb") as file:
            for record in records():
                file.write(json.dumps(record, separators=(",", ":")).encode() + b"\n")

        def put_in_place() -> None:
            temporary.replace(self._folder / _SNAPSHOT)
            for path in old:
                path.unlink(missing_ok=True)

        return put_in_place

    def close(self) -> None:
        """End appending."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _begin_segment(self, number: int) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._number = number
        path = self._folder / f"journal-{number:08d}.jsonl"
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _segments(self) -> list[Path]:
        with contextlib.suppress(FileNotFoundError):
            return sorted(self._folder.glob("journal-*.jsonl"))
        return []


def _number(segment: Path) -> int:
    return int(segment.stem.split("-")[1])
