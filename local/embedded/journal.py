"""An append-only journal with one record per line, which is replaced by a snapshot from time to time.

If the process is killed, nothing that was appended is lost, because the operating system has it; after a power failure,
the last second may be lost, see `Journal.flush`. A snapshot is taken while appends continue:

1. a new segment is opened, which receives all further records;
2. the snapshot is written to a temporary file; it may or may not contain records of the new segment;
3. it is renamed into place when all changes that it may contain have been appended;
4. older segments are deleted, oldest first.

A reader reads the snapshot and then, in order, all segments from the one that it names. After a kill during these
steps, it reads some records that the snapshot already contains, which has no effect.

Damage is detected: each record has a checksum, and each file begins with a header of fixed length with the number of
acknowledged records and bytes, and the next segment. Data after the acknowledged bytes was being written when the
process died and was not acknowledged. Files of the first release have neither checksums nor a header, and are read
without checks.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from common.json_documents import parse_json
from local.embedded import durable_files
from local.embedded.durable_files import DamagedFileError, write_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SNAPSHOT = "snapshot.jsonl"
_SEGMENTS = "journal-*.jsonl"
_HEADER = re.compile(
    rb'\{"journal":2,"id":"(?P<id>[0-9a-f]{16})","segment": *(?P<segment>\d+),"records": *(?P<records>\d+),'
    rb'"bytes": *(?P<bytes>\d+),"next": *(?P<next>\d+)\}\n'
)
_BEGINNING = b'{"journal":'
_CHECKSUM_BYTES = 9
"""Eight hexadecimal digits and a space."""
_BUFFER_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file.

    Args:
        id: the id of the journal to which the file belongs.
        segment: the segment's number; in a snapshot, the number of the next segment.
        records: the number of valid records.
        size: the number of valid bytes, including this line.
        next: the number of the next segment; 0 if there is none. Not used in a snapshot.
    """

    id: str
    segment: int
    records: int = 0
    size: int = 0
    next: int = 0

    def line(self) -> bytes:
        """Return the line, which has a fixed length."""
        return (
            f'{{"journal":2,"id":"{self.id}","segment":{self.segment:10},"records":{self.records:12},'
            f'"bytes":{self.size:15},"next":{self.next:10}}}\n'
        ).encode("ascii")

    @classmethod
    def parse(cls, line: bytes) -> Header | None:
        """Parse a line; return None if it is not a header."""
        match = _HEADER.fullmatch(line)
        if match is None:
            return None
        segment, records, size, following = (int(match[name]) for name in ("segment", "records", "bytes", "next"))
        return cls(match["id"].decode("ascii"), segment, records, size, following)


_NO_ID = "0" * 16
"""The id of segments that follow files of the first release, until a snapshot replaces them."""
HEADER_BYTES = len(Header(_NO_ID, 0).line())


class Journal:
    """The journal of one folder; appending is thread-safe.

    Args:
        folder: the folder of its files.
        is_expected: whether the journal must exist.
    """

    def __init__(self, folder: Path, *, is_expected: bool = False) -> None:
        self._folder = folder
        self._is_expected = is_expected
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._header = Header(_NO_ID, 0)
        self._id = _NO_ID
        self._unflushed: OSError | None = None
        self.size = 0
        """Bytes in the segments that the next snapshot replaces."""
        self.snapshot_size = 0
        """Bytes in the snapshot."""

    @property
    def unflushed(self) -> OSError | None:
        """The error that prevents appends until a snapshot has been written, see `flush`; None if there is none."""
        return self._unflushed

    @property
    def needs_snapshot(self) -> bool:
        """Return whether a snapshot is required soon.

        This is the case if nothing can be appended until then, see `flush`, or if there are files of the first release,
        which have no checksums.
        """
        return self._unflushed is not None or self._id == _NO_ID

    def read(self) -> Iterator[Any]:
        """Yield the snapshot's records and then the journal's, oldest first.

        Raises:
            DamagedFileError: a file is missing or damaged.
        """
        for path in self._files():
            yield from _records(path)

    def open(self) -> None:
        """Begin a new segment after the existing ones.

        Raises:
            OSError: it could not be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{_SNAPSHOT}.new"
        if unfinished.exists():
            unfinished.unlink()
        snapshot, segments = self._snapshot(), self._segments()
        headers = [_header_of(path) for path in [*segments, *([snapshot] if snapshot else [])]]
        known = {header.id for header in headers if header} - {_NO_ID}
        self._id = known.pop() if known else _NO_ID if headers else secrets.token_hex(8)
        following = _following(snapshot)
        for path in [path for path in segments if _number(path) < following]:
            path.unlink()
            segments.remove(path)
        self.size = sum(path.stat().st_size for path in segments)
        self.snapshot_size = snapshot.stat().st_size if snapshot else 0
        with self._lock:
            self._begin_segment(_number(segments[-1]) + 1 if segments else max(following, 1))

    def append(self, record: Any) -> None:  # noqa: ANN401 - any JSON value
        """Append a record; when this returns, the operating system has it.

        Raises:
            OSError: it could not be written, for example because the disk is full; the journal is unchanged.
        """
        line = _line(record)
        with self._lock:
            if self._unflushed is not None:
                raise self._unflushed
            self._append(line)

    def _append(self, line: bytes) -> None:
        descriptor, header, path = self._open_segment()
        after = replace(header, records=header.records + 1, size=header.size + len(line))
        try:
            write_at(descriptor, line, header.size, path)
            write_at(descriptor, after.line(), 0, path)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, header.size)
            with suppress(OSError):
                os.pwrite(descriptor, header.line(), 0)
            raise
        self._header = after
        self.size += len(line)

    def flush(self) -> None:
        """Flush all appended records to the disk.

        After a failure, nothing more is appended until a snapshot has been written: data that the operating system
        could not write may be lost, and it reports this only once (fsync(2), "Errors").

        Raises:
            OSError: it could not be written.
        """
        with self._lock:
            if self._descriptor is None:
                return
            descriptor, path = os.dup(self._descriptor), self._path(self._header.segment)
        try:
            durable_files.flush(descriptor, path)
        except OSError as error:
            self._unflushed = error
            raise
        finally:
            os.close(descriptor)

    def write_snapshot(
        self, records: Callable[[], Iterator[Any]], *, first: Callable[[], Any] | None = None
    ) -> Callable[[], None]:
        """Write a snapshot of ``records`` to a temporary file, after beginning a new segment.

        Args:
            records: yields the records of the snapshot.
            first: returns the first record of the new segment, for readers without the snapshot.

        Returns:
            A function that puts the snapshot in place and deletes the segments before the new one. Call it when all
                changes that ``records`` may contain have been appended; otherwise, a reader could see a partial change
                after a kill.

        Raises:
            OSError: it could not be written; the journal is unaffected.
        """
        with self._lock:
            old, unflushed = self._segments(), self._unflushed
            self._begin_segment(self._header.segment + 1)
            if first is not None:
                self._append(_line(first()))
            header = Header(secrets.token_hex(8) if self._id == _NO_ID else self._id, self._header.segment)
            self.size = 0
        unflushed = self._flush_closed(old) or unflushed
        path = self._folder / _SNAPSHOT
        temporary = path.with_name(f"{_SNAPSHOT}.new")
        try:
            size = _write_snapshot(temporary, header, records)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise

        def put_in_place() -> None:
            durable_files.replace(temporary, path)
            self._id, self.snapshot_size = header.id, size
            if self._unflushed is unflushed:  # no later flush has failed
                self._unflushed = None
            for segment in old:
                segment.unlink(missing_ok=True)

        return put_in_place

    def close(self) -> None:
        """Close the journal."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _open_segment(self) -> tuple[int, Header, Path]:
        if self._descriptor is None:
            msg = "the journal is closed"
            raise OSError(msg)
        return self._descriptor, self._header, self._path(self._header.segment)

    def _flush_closed(self, segments: list[Path]) -> OSError | None:
        """Flush the last closed segment, because the snapshot that replaces it may fail."""
        for segment in segments[-1:]:
            descriptor = os.open(segment, os.O_RDONLY)
            try:
                durable_files.flush(descriptor, segment)
            except OSError as error:
                self._unflushed = error
                return error
            finally:
                os.close(descriptor)
        return None

    def _begin_segment(self, number: int) -> None:
        """Switch to a new segment; if it cannot be created, keep the current one."""
        path = self._path(number)
        header = Header(self._id, number, size=HEADER_BYTES)
        beginning = path.with_name(f"{path.name}.new")  # so that a kill leaves no segment without its header
        descriptor = os.open(beginning, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            write_at(descriptor, header.line(), 0, path)
            beginning.rename(path)
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                beginning.unlink()
            raise
        if self._descriptor is not None:
            with suppress(OSError):  # optional: the file names contain the same information
                os.pwrite(self._descriptor, replace(self._header, next=number).line(), 0)
            os.close(self._descriptor)
        elif self._path(number - 1).exists():
            _point_to(self._path(number - 1), number)
        self._descriptor, self._header = descriptor, header

    def _files(self) -> list[Path]:
        """Return the valid files in order, after checking that each exists."""
        snapshot, segments = self._snapshot(), self._segments()
        following = _following(snapshot)
        segments = [path for path in segments if _number(path) >= following]
        if self._is_expected and not segments and snapshot is None:
            raise DamagedFileError(self._folder, "has no journal files")
        first = following or (_number(segments[0]) if snapshot else 1)
        for place, path in enumerate(segments):
            if _number(path) != first + place:
                self._missing(first + place, segments)
        last = _header_of(segments[-1]) if segments else None
        if (following and not segments) or (last is not None and last.next):
            self._missing(last.next if last else following, segments)
        files = [*([snapshot] if snapshot else []), *segments]
        _check_identity(files, is_expected=self._is_expected)
        return files

    def _missing(self, number: int, segments: list[Path]) -> None:
        path = self._path(number)
        if number == 1 and segments:
            raise DamagedFileError(self._folder, f"is incomplete: {_SNAPSHOT}, or {path.name}, is missing")
        raise DamagedFileError(path, "is missing")

    def _path(self, number: int) -> Path:
        return self._folder / f"journal-{number:08d}.jsonl"

    def _snapshot(self) -> Path | None:
        path = self._folder / _SNAPSHOT
        return path if path.exists() else None

    def _segments(self) -> list[Path]:
        return sorted(path for path in self._folder.glob(_SEGMENTS) if path.stem.split("-")[1].isdigit())


def salvaged(folder: Path) -> Iterator[Any]:
    """Yield all readable records of a damaged journal, oldest first.

    Args:
        folder: the folder of its files.
    """
    for path in [folder / _SNAPSHOT, *sorted(folder.glob(_SEGMENTS))]:
        with suppress(OSError), path.open("rb") as lines:
            for line in lines:
                with suppress(ValueError):
                    yield _decoded(line) if line[:1] not in b"[{" else _decoded_without_checksum(line)


def _line(record: Any) -> bytes:  # noqa: ANN401
    content = json.dumps(record, separators=(",", ":")).encode()
    return b"%08x %b\n" % (zlib.crc32(content), content)


def _decoded(line: bytes) -> Any:  # noqa: ANN401
    """Return the record of a line.

    Raises:
        ValueError: it is damaged.
    """
    content = line[_CHECKSUM_BYTES:-1]
    if line[-1:] != b"\n" or line[:_CHECKSUM_BYTES] != b"%08x " % zlib.crc32(content):
        msg = "its checksum differs"
        raise ValueError(msg)
    return parse_json(content)


def _decoded_without_checksum(line: bytes) -> Any:  # noqa: ANN401
    """Return the record of a line of the first release.

    Raises:
        ValueError: it is not a record.
    """
    record = parse_json(line)
    if not isinstance(record, list):
        msg = "it is not a record"
        raise ValueError(msg)  # noqa: TRY004 - as for every other kind of damage
    return record


def _records(path: Path) -> Iterator[Any]:
    try:
        with path.open("rb") as lines:
            first = lines.readline()
            header = Header.parse(first)
            if header is None and (not first or first.startswith(_BEGINNING)):
                raise DamagedFileError(path, "is empty" if not first else "has a damaged first line")
            if header is None:
                lines.seek(0)
                yield from _records_without_checksums(path, lines)
            else:
                yield from _checked_records(path, header, lines)
    except OSError as error:
        raise DamagedFileError(path, f"cannot be read: {error.strerror}") from error


def _checked_records(path: Path, header: Header, lines: Iterator[bytes]) -> Iterator[Any]:
    place, number = HEADER_BYTES, 0
    for line in lines:
        place += len(line)
        try:
            record = _decoded(line)
        except ValueError:
            if place - len(line) >= header.size:
                break  # it was being written when the process died
            if not line.endswith(b"\n"):
                place = min(place, header.size - 1)  # the end of the file
                break
            raise DamagedFileError(path, f"is damaged: record {number + 1} has a wrong checksum") from None
        number += 1
        yield record
    if place < header.size:
        raise DamagedFileError(path, f"is truncated: it has {place:,} bytes, of {header.size:,}")
    if number < header.records:
        raise DamagedFileError(path, f"is damaged: it has {number:,} records, of {header.records:,}")


def _records_without_checksums(path: Path, lines: Iterator[bytes]) -> Iterator[Any]:
    for number, line in enumerate(lines, 1):
        if not line.endswith(b"\n"):
            return  # it was being written when the process died
        try:
            record = _decoded_without_checksum(line)
        except ValueError:
            raise DamagedFileError(path, f"is damaged: line {number} is not a record") from None
        yield record


def _write_snapshot(path: Path, header: Header, records: Callable[[], Iterator[Any]]) -> int:
    """Write a snapshot and return its size in bytes."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        place, number = HEADER_BYTES, 0
        buffer = bytearray()
        for record in records():
            buffer += _line(record)
            number += 1
            if len(buffer) >= _BUFFER_BYTES:
                write_at(descriptor, bytes(buffer), place, path)
                place += len(buffer)
                buffer.clear()
        write_at(descriptor, bytes(buffer), place, path)
        place += len(buffer)
        write_at(descriptor, replace(header, records=number, size=place).line(), 0, path)
        durable_files.flush(descriptor, path)
        return place
    finally:
        os.close(descriptor)


def _header_of(path: Path) -> Header | None:
    """Return a file's header; None if it has none (the first release) or cannot be read."""
    with suppress(OSError), path.open("rb") as file:
        return Header.parse(file.readline(HEADER_BYTES + 1))
    return None


def _following(snapshot: Path | None) -> int:
    """Return the number of the segment that follows a snapshot; 0 if it is unknown."""
    header = _header_of(snapshot) if snapshot else None
    return header.segment if header else 0


def _check_identity(files: list[Path], *, is_expected: bool) -> None:
    """Raise if a file belongs to another journal than the others.

    Args:
        files: all valid files.
        is_expected: whether this release has written to the journal.
    """
    headers = {path: _header_of(path) for path in files}
    ids = [header.id for header in headers.values() if header and header.id != _NO_ID]
    is_upgrading = not ids and (not is_expected or any(headers.values()))
    for path, header in headers.items():
        if header is None and not is_upgrading:
            what = "is empty" if path.is_file() and not path.stat().st_size else "is damaged: its first line is missing"
            raise DamagedFileError(path, what)
        if header is not None and header.id not in {_NO_ID, ids[-1] if ids else _NO_ID}:
            raise DamagedFileError(path, "belongs to another data directory")
        if header is not None and path.name != _SNAPSHOT and header.segment != _number(path):
            raise DamagedFileError(path, f"is a different segment: number {header.segment}")


def _point_to(path: Path, number: int) -> None:
    """Write the number of the next segment into a closed one; optional, because the file names contain it too."""
    header = _header_of(path)
    if header is not None:
        with suppress(OSError), path.open("r+b") as file:
            file.write(replace(header, next=number).line())


def _number(segment: Path) -> int:
    return int(segment.stem.split("-")[1])
