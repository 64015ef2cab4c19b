"""The parts of an export: what one page of it found, each a file in the bucket until the archives are written.

A part's name is the number of the page that found it, which the job's row holds: a page that is repeated writes the
same part again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambdas.privacy.aws import Bucket
    from lambdas.privacy.job import Job

KINDS = ("account", "memberships", "messages", "reactions", "reports", "notifications")
"""What an export consists of, besides the files: each becomes one document."""


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
