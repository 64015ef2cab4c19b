"""Chunks and archives of an export.

A page of the export writes its records as a chunk, a file in the bucket. Chunks are numbered by page, and the job's row
has the number, so that a repeated page overwrites its chunk. The archives are ZIP files: the first has the documents,
which are the chunks by kind, and each has as many of the user's files as fit on the disk of the function. One page
writes one archive.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from typing import IO, TYPE_CHECKING, Any

from contract.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambdas.privacy.aws import Bucket
    from lambdas.privacy.job import Job, Position

KINDS = ("account", "memberships", "messages", "reactions", "reports", "notifications")
"""Kinds of records: each becomes a document of the first archive."""
LARGEST_FILES = 256 * 1024 * 1024
"""Maximum bytes of files in an archive: half of the default disk of a Lambda function."""

_READ_ME = f"""This is what the chat keeps of you.

account.json        your profile, what you sign in with, and when you were last seen
memberships.json    the rooms that you are in, were in, or are invited to, and what you want to hear of them
messages.json       what you wrote, and what the rooms were told of you
reactions.json      your reactions to messages
reports.json        the messages that you reported
notifications.json  what you were told, up to {LIMITS["notificationDays"]} days back
files/              the files that you sent, by room; in further archives where they are many
"""


def folder(job: Job) -> str:
    """Return the key prefix of the objects of an export."""
    return f"exports/{job.user_id}/{job.job_id}/"


def write_chunk(bucket: Bucket, job: Job, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write the records of a page, by kind, unless there are none."""
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False).encode()
        bucket.write(f"{folder(job)}parts/{job.chunk_count:08}.json", content, "application/json")
    job.chunk_count += 1


def read_chunks(bucket: Bucket, job: Job, kind: str) -> Iterator[Any]:
    """Yield all records of a kind, in the order in which they were written."""
    for key, _ in bucket.files(f"{folder(job)}parts/"):
        stream = bucket.read(key)
        if stream is not None:
            yield from json.load(stream).get(kind, ())


def remove_chunks(bucket: Bucket, job: Job) -> None:
    """Delete the chunks; the archives stay."""
    bucket.remove(f"{folder(job)}parts/")


def write_archive(bucket: Bucket, job: Job, prefixes: list[str]) -> Position | None:
    """Write the next archive.

    Args:
        bucket: Bucket of chunks, files and archives.
        job: The export; ``position`` has the key of the last archived file.
        prefixes: Key prefixes of the user's files.

    Returns:
        Position of the next archive; None if this is the last one.
    """
    number = len(job.archives) + 1
    with tempfile.TemporaryFile() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            if number == 1:
                _write_documents(archive, bucket, job)
            end = _write_files(archive, bucket, job, prefixes)
        size = buffer.tell()
        buffer.seek(0)
        key = f"{folder(job)}chat-export-{number}.zip"
        bucket.write(key, buffer, "application/zip")
    job.archives.append({"key": key, "size": size})
    return None if end is None else {"after": end}


def _write_documents(archive: zipfile.ZipFile, bucket: Bucket, job: Job) -> None:
    archive.writestr("README.txt", _READ_ME)
    for kind in KINDS:
        with archive.open(f"{kind}.json", "w") as document:
            _write_list(document, (json.dumps(each, ensure_ascii=False) for each in read_chunks(bucket, job, kind)))


def _write_list(document: IO[bytes], texts: Iterator[str]) -> None:
    """Write a list in JSON, item by item: all items together may not fit in memory."""
    separator = "[\n"
    for text in texts:
        document.write(f"{separator}{text}".encode())
        separator = ",\n"
    document.write(b"[]\n" if separator == "[\n" else b"\n]\n")


def _write_files(archive: zipfile.ZipFile, bucket: Bucket, job: Job, prefixes: list[str]) -> str | None:
    """Write files to the archive; return the key of the last file, or None if there are no more files."""
    size, last = 0, ""
    # Keys are in order across sorted prefixes, which all end with the same character.
    for key, length in (each for prefix in sorted(prefixes) for each in bucket.files(prefix)):
        if key <= job.position.get("after", ""):
            continue
        if last and size + length > LARGEST_FILES:
            return last
        size, last = size + length, key
        stream = bucket.read(key)
        if stream is not None:
            entry = zipfile.ZipInfo(key.replace(f"/{job.user_id}/", "/").replace("rooms/", "files/", 1))
            with archive.open(entry, "w", force_zip64=True) as file:
                shutil.copyfileobj(stream, file)
    return None
