"""A synthesized stack in its folder: Terraform JSON, location of the state, and digest.

The *stack digest* identifies the configuration of an environment: ``cdk.tf.json``, ``assets/``, and further files that
Terraform reads, such as resources in HCL. Terraform's own files (``.terraform``, plans, the lock file) and the import
blocks of a recovery are not part of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.json_documents import read_object
from stacks.versions import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGURATION = "cdk.tf.json"
ASSETS = "assets"
IMPORTS = "adopted.tf.json"
"""The file with import blocks that `python -m ops recover` writes."""
_FURTHER = (".tf", ".tf.json", ".tfvars", ".tfvars.json")
"""Endings of configuration files beside the synthesized one."""
STACKS = Path("cdktf.out") / "stacks"
"""The output folder of `make synth`, relative to the repository."""
_REMEDY = "Run `make synth`, or name the folder of an artifact with --stacks."


@dataclass(frozen=True)
class StateLocation:
    """The location of the state of an environment: an S3 object."""

    bucket: str
    region: str
    key: str
    kms_key_id: str | None

    @property
    def folder(self) -> str:
        """The folder of the state in the bucket, without a trailing slash."""
        return self.key.rpartition("/")[0]

    @property
    def lock_key(self) -> str:
        """The key of the lock object, which exists while the state is locked."""
        return f"{self.key}.tflock"

    @property
    def url(self) -> str:
        """The URL of the state."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class Stack:
    """The stack of an environment; its JSON is read on first use.

    Attributes:
        folder: the folder with ``cdk.tf.json``; relative paths in the JSON start here.
        environment: for example ``dev``; also the name of its Terraform workspace.
    """

    folder: Path
    environment: str

    @classmethod
    def find(cls, stacks: Path, environment: str) -> Stack:
        """Return the stack of an environment.

        Args:
            stacks: usually ``cdktf.out/stacks``.
            environment: for example ``dev``.

        Raises:
            OperationError: the stack has not been synthesized.
        """
        stack = cls(stacks / f"chat-{environment}", environment)
        if not stack.is_there:
            raise OperationError(
                f"{stack.configuration} does not exist: {environment} has not been synthesized. {_REMEDY}"
            )
        return stack

    @property
    def configuration(self) -> Path:
        """The file with the synthesized JSON."""
        return self.folder / CONFIGURATION

    @property
    def is_there(self) -> bool:
        """Whether the stack has been synthesized."""
        return self.configuration.is_file()

    @cached_property
    def document(self) -> dict[str, Any]:
        """The synthesized JSON.

        Raises:
            OperationError: the file cannot be read, or is not a stack.
        """
        document = read_object(self.configuration, remedy=_REMEDY)
        resources = document.get("resource", {})
        if not _are_objects(resources) or not all(map(_are_objects, resources.values())):
            raise self._error("its resources are not those of a stack")
        return document

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The arguments of every resource by its address, ``type.name``."""
        return _flat(self.document.get("resource", {}))

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        """The outputs by name: ``{"value", "sensitive", ...}``."""
        outputs: dict[str, dict[str, Any]] = self.document.get("output", {})
        return outputs

    @property
    def provider(self) -> dict[str, Any]:
        """The arguments of the AWS provider."""
        providers: list[dict[str, Any]] = self.document.get("provider", {}).get("aws") or [{}]
        return providers[0]

    @property
    def default_tags(self) -> dict[str, str]:
        """The provider's default tags."""
        blocks = self.provider.get("default_tags") or [{}]
        tags: dict[str, str] = (blocks[0] if isinstance(blocks, list) else blocks).get("tags") or {}
        return tags

    @property
    def region(self) -> str:
        """The AWS region of the stack.

        Raises:
            OperationError: the stack has no region.
        """
        try:
            return str(self.document["provider"]["aws"][0]["region"])
        except (LookupError, TypeError) as error:
            raise self._error("it names no AWS region") from error

    def argument(self, address: str, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return an argument of a resource that every stack has.

        Raises:
            OperationError: the stack does not have it.
        """
        try:
            return self.resources[address][name]
        except KeyError as error:
            raise self._error(f"it has no {address} with the argument {name}") from error

    @property
    def state(self) -> StateLocation:
        """The location of the state in the workspace of the environment.

        Raises:
            OperationError: the state is not in S3.
        """
        try:
            backend = self.document["terraform"]["backend"]["s3"]
            prefix = backend.get("workspace_key_prefix", "env:")
            key = f"{prefix}/{self.environment}/{backend['key']}"
            return StateLocation(backend["bucket"], backend["region"], key, backend.get("kms_key_id"))
        except (LookupError, TypeError, AttributeError) as error:
            raise self._error("its state is not in S3") from error

    def _error(self, problem: str) -> OperationError:
        return OperationError(f"{self.configuration} cannot be used: {problem}. {_REMEDY}")

    @property
    def lock_file(self) -> Path:
        """The provider lock file of the stack's folder."""
        return self.folder / LOCK_FILE

    def files(self) -> Iterator[Path]:
        """Yield all files of the configuration: the synthesized ones and further ones, each sorted."""
        yield self.configuration
        yield from sorted(file for file in (self.folder / ASSETS).rglob("*") if file.is_file())
        yield from sorted(file for file in self.folder.rglob("*") if self._is_further(file))

    def _is_further(self, file: Path) -> bool:
        place = file.relative_to(self.folder)
        return (
            file.name.endswith(_FURTHER)
            and str(place) not in {CONFIGURATION, IMPORTS}
            and place.parts[0] != ASSETS
            and not any(part.startswith(".") for part in place.parts)  # Terraform reads no hidden files
            and file.is_file()
        )

    def digest(self) -> str:
        """Return the SHA-256 of the names and contents of all files of the configuration."""
        digest = hashlib.sha256()
        for file in self.files():
            digest.update(f"{file.relative_to(self.folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()


def _flat(section: dict[str, dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    return {f"{kind}.{name}": arguments for kind, members in section.items() for name, arguments in members.items()}


def _are_objects(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, dict) for inner in value.values())
