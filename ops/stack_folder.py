"""A synthesized stack in its folder: its Terraform settings, its fingerprint, and it as one archive.

A *stack digest* identifies what one environment would get: ``cdk.tf.json`` and everything under ``assets/``. A *release
digest* identifies one synthesis for all environments of the promotion order; it is what moves from dev to prod.
Terraform's own files beside them (``.terraform``, plans, the lock file) are no part of either.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import tarfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.json_documents import read_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONFIGURATION = "cdk.tf.json"
ASSETS = "assets"
LOCK_FILE = ".terraform.lock.hcl"
STACKS = Path("cdktf.out") / "stacks"
_MODE = 0o644
_REMEDY = "Run `make synth`, or name the folder of an artifact with --stacks."


@dataclass(frozen=True)
class StateLocation:
    """Where the state of one environment lies: an S3 object, and everything kept beside it."""

    bucket: str
    region: str
    key: str
    kms_key_id: str | None

    @property
    def folder(self) -> str:
        """The folder of the state in the bucket, without a slash at its end."""
        return self.key.rpartition("/")[0]

    @property
    def url(self) -> str:
        """The state as people write it."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class StackFolder:
    """The folder of one environment's stack.

    Attributes:
        path: with ``cdk.tf.json`` in it.
        environment: for example ``dev``.
    """

    path: Path
    environment: str

    @classmethod
    def find(cls, stacks: Path, environment: str) -> StackFolder:
        """Return the stack of an environment.

        Args:
            stacks: usually ``cdktf.out/stacks``.
            environment: for example ``dev``.

        Raises:
            OperationError: it has not been synthesized.
        """
        folder = cls(stacks / f"chat-{environment}", environment)
        if not folder.is_there:
            raise OperationError(
                f"{folder.path / CONFIGURATION} does not exist: {environment} has not been synthesized. {_REMEDY}"
            )
        return folder

    @property
    def is_there(self) -> bool:
        """Whether it has been synthesized."""
        return (self.path / CONFIGURATION).is_file()

    @cached_property
    def document(self) -> dict[str, Any]:
        """The synthesized JSON.

        Raises:
            OperationError: it cannot be read, or is something else.
        """
        document = read_object(self.path / CONFIGURATION, remedy=_REMEDY)
        resources = document.get("resource", {})
        if not _are_objects(resources) or not all(map(_are_objects, resources.values())):
            raise self._error("its resources are not those of a stack")
        return document

    @property
    def region(self) -> str:
        """The AWS region of the stack.

        Raises:
            OperationError: the stack names none.
        """
        try:
            return str(self.document["provider"]["aws"][0]["region"])
        except (LookupError, TypeError) as error:
            raise self._error("it names no AWS region") from error

    def argument(self, address: str, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return an argument of a resource that every stack has.

        Raises:
            OperationError: this one does not.
        """
        try:
            return self.resources[address][name]
        except KeyError as error:
            raise self._error(f"it has no {address} with the argument {name}") from error

    def _error(self, problem: str) -> OperationError:
        return OperationError(f"{self.path / CONFIGURATION} cannot be used: {problem}. {_REMEDY}")

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The synthesized arguments of every resource by its address."""
        return {
            f"{kind}.{name}": arguments
            for kind, named in self.document.get("resource", {}).items()
            for name, arguments in named.items()
        }

    @property
    def state(self) -> StateLocation:
        """Where the stack keeps its state in the workspace of its environment.

        Raises:
            OperationError: the stack does not keep it in S3.
        """
        try:
            backend = self.document["terraform"]["backend"]["s3"]
            prefix = backend.get("workspace_key_prefix", "env:")
            key = f"{prefix}/{self.environment}/{backend['key']}"
            return StateLocation(backend["bucket"], backend["region"], key, backend.get("kms_key_id"))
        except (LookupError, TypeError, AttributeError) as error:
            raise self._error("it does not keep its state in S3") from error

    @property
    def lock_file(self) -> Path:
        """The provider lock file that Terraform uses here."""
        return self.path / LOCK_FILE

    def digest(self) -> str:
        """SHA-256 of everything that was synthesized: names and contents."""
        digest = hashlib.sha256()
        for file in self._files():
            digest.update(f"{file.relative_to(self.path).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()

    def archive(self) -> bytes:
        """Return the stack as a compressed tar file, the same bytes for the same stack."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
            for file in self._files():
                entry = tarfile.TarInfo(file.relative_to(self.path).as_posix())
                content = file.read_bytes()
                entry.size, entry.mode = len(content), _MODE
                archive.addfile(entry, io.BytesIO(content))
        return buffer.getvalue()

    def _files(self) -> Iterator[Path]:
        yield self.path / CONFIGURATION
        yield from sorted(file for file in (self.path / ASSETS).rglob("*") if file.is_file())


def unpack(archive: bytes, path: Path, environment: str) -> StackFolder:
    """Write an archived stack into a folder and return it.

    Raises:
        OperationError: the archive holds something that is not a plain file below the folder.
    """
    path.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:xz") as opened:
            opened.extractall(path, filter="data")
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise OperationError(
            f"The kept artifact of {environment} is not the archive of a stack: {error}. "
            "Restore its former version in S3."
        ) from error
    return StackFolder(path, environment)


def _are_objects(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, dict) for inner in value.values())


def release_digest(stacks: Path, environments: Iterable[str]) -> str:
    """SHA-256 of one synthesis: the stacks of all these environments together.

    Raises:
        OperationError: one of them has not been synthesized.
    """
    digest = hashlib.sha256()
    for environment in environments:
        digest.update(f"{environment}\0{StackFolder.find(stacks, environment).digest()}\0".encode())
    return digest.hexdigest()


def file_digest(file: Path) -> str:
    """SHA-256 of one file, in hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
