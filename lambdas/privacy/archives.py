"""The archives of an export: ZIP files, of which the first has the documents, and all of them a share of the files.

One archive is written in one page. Files are put in as they are, until the archive is as large as the disk of the
function allows; the next archive goes on with the file after the last one.
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
"""What an export consists of, besides the files: each becomes one document."""
LARGEST_FILES = 256 * 1024 * 1024
"""Bytes of files in an archive: half of the disk that Lambda gives a function by itself."""

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
    """Return what the keys of everything that belongs to an export begin with."""
    return f"exports/{job.user_id}/{job.job_id}/"


def write_part(bucket: Bucket, job: Job, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write what a page found, by kind; nothing where it found nothing."""
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False).encode()
        bucket.write(f"{folder(job)}parts/{job.part_count:08}.json", content, "application/json")
    job.part_count += 1


def read_parts(bucket: Bucket, job: Job, kind: str) -> Iterator[Any]:
    """Yield everything of one kind, in the order in which it was found."""
    for key, _ in bucket.files(f"{folder(job)}parts/"):
        stream = bucket.read(key)
        if stream is not None:
            yield from json.load(stream).get(kind, ())


def remove_parts(bucket: Bucket, job: Job) -> None:
    """Remove the parts; the archives stay."""
    bucket.remove(f"{folder(job)}parts/")


def write_archive(bucket: Bucket, job: Job, prefixes: list[str]) -> Position | None:
    """Write the next archive.

    Args:
        bucket: where the parts and the files are, and the archives go.
        job: the export; ``position`` has the key of the last file that is in an archive.
        prefixes: what the keys of the user's files begin with.

    Returns:
        Where the archive after it goes on; None where everything is in archives.
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
            _write_list(document, (json.dumps(each, ensure_ascii=False) for each in read_parts(bucket, job, kind)))


def _write_list(document: IO[bytes], texts: Iterator[str]) -> None:
    """Write a list in JSON, one thing after the other: all of them may be more than the memory holds."""
    separator = "[\n"
    for text in texts:
        document.write(f"{separator}{text}".encode())
        separator = ",\n"
    document.write(b"[]\n" if separator == "[\n" else b"\n]\n")


def _write_files(archive: zipfile.ZipFile, bucket: Bucket, job: Job, prefixes: list[str]) -> str | None:
    """Put files into the archive; return the key of the last one where there are more, None where there are not."""
    size, last = 0, ""
    # Of keys below prefixes that end with the same character, those below the lower prefix are lower.
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
