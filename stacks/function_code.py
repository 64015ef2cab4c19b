"""The functions' code in a bucket.

The AWS provider creates functions with inline zips one at a time, to have one zip in memory, and waits seconds until
each is active (https://github.com/hashicorp/terraform/issues/9364). Functions with code in a bucket are created
concurrently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.bindings import Construct, S3Object, add
from stacks.private_bucket import PrivateBucket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.archives import Archive
    from stacks.settings import Settings

_ADDRESS = "functions"


def archive_path(function: str) -> str:
    """Return the path of the function's zip, relative to the folder of its stack."""
    return f"assets/{function}.zip"


@dataclass(frozen=True, slots=True)
class StoredArchive:
    """A function's zip as an object."""

    object: S3Object
    source_code_hash: str
    """Terraform compares it to detect changed code."""


class FunctionCode(Construct):
    """The bucket, and an object for each function.

    It is encrypted with keys of S3, even if data has a customer managed key: the code is in the repository, and the
    role that plans does not need that key. An object is replaced when its code changes. The old one is not needed:
    Lambda has a copy, and a rollback has its own archives.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, archives: Mapping[str, Archive]) -> None:
        """Add the bucket and the objects.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            archives: Archives by function. The caller writes them to ``archive_path`` in the stack's folder.
        """
        super().__init__(scope, id_)
        private = PrivateBucket(self, "bucket", settings=settings, address=_ADDRESS, is_protected=False, key=None)
        self.bucket = private.bucket
        self._archives = archives

    def stored(self, name: str) -> StoredArchive:
        """Add the object of one function, and return it."""
        archive = self._archives[name]
        stored = add(
            self,
            S3Object,
            name,
            bucket=self.bucket.id,
            key=f"{name}.zip",
            source=archive_path(name),
            source_hash=archive.source_code_hash,
            content_type="application/zip",
        )
        return StoredArchive(stored, archive.source_code_hash)
