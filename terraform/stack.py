"""One synthesized stack: its Terraform JSON and the folder that its relative paths start from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILE = "cdk.tf.json"


@dataclass(frozen=True, slots=True)
class Stack:
    """What `main.py` wrote for one environment."""

    folder: Path
    document: dict[str, Any]

    @classmethod
    def load(cls, folder: Path) -> Stack:
        """Read a stack's folder.

        Raises:
            FileNotFoundError: nothing has been synthesized there.
        """
        return cls(folder, json.loads((folder / FILE).read_text(encoding="utf-8")))

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """``type.name`` -> arguments of each resource."""
        return _flat(self.document.get("resource", {}))

    @property
    def data(self) -> dict[str, dict[str, Any]]:
        """``type.name`` -> arguments of each data source, without the leading ``data.``."""
        return _flat(self.document.get("data", {}))

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        """Name -> ``{"value", "sensitive", ...}``."""
        outputs: dict[str, dict[str, Any]] = self.document.get("output", {})
        return outputs

    @property
    def backend(self) -> dict[str, Any]:
        """The arguments of the S3 backend; empty for another one."""
        backend: dict[str, Any] = self.document.get("terraform", {}).get("backend", {}).get("s3", {})
        return backend

    @property
    def provider(self) -> dict[str, Any]:
        """The arguments of the AWS provider."""
        providers: list[dict[str, Any]] = self.document.get("provider", {}).get("aws") or [{}]
        return providers[0]

    @property
    def default_tags(self) -> dict[str, str]:
        """The tags that the provider puts on everything."""
        blocks = self.provider.get("default_tags") or [{}]
        tags: dict[str, str] = (blocks[0] if isinstance(blocks, list) else blocks).get("tags") or {}
        return tags


def _flat(section: dict[str, dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    return {f"{kind}.{name}": arguments for kind, members in section.items() for name, arguments in members.items()}
