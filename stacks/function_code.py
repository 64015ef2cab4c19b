"""The functions' code in a bucket, from which Lambda takes it.

A zip that Terraform sends with the function itself costs the wait for that function: its provider makes one such
function at a time, so that it holds one zip in memory, and each takes the seconds until Lambda calls it active
(https://github.com/hashicorp/terraform/issues/9364). From a bucket all of them are made at once.
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
    """Return where the function's zip lies, relative to the folder of its stack."""
    return f"assets/{function}.zip"


@dataclass(frozen=True, slots=True)
class StoredArchive:
    """A function's zip as an object."""

    object: S3Object
    source_code_hash: str
    """What Terraform compares to see whether the code changed."""


class FunctionCode(Construct):
    """The bucket, and an object for each function that is made.

    It is encrypted with S3's own keys, also where data have a key of the account: this code is in the repository, and
    who may read a plan need not use that key. An object is replaced when its code changes; nothing needs the old one,
    since Lambda keeps a copy and a rollback brings its own.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, archives: Mapping[str, Archive]) -> None:
        """Add the bucket and the objects.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
            archives: The functions' code by name, which has to be written to ``archive_path`` in the stack's folder.
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
