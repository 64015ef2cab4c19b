"""The Terraform JSON of a stack, with queries for tests."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.settings import Settings

_REFERENCE = re.compile(r"\$\{(aws_\w+)\.(\w+)\.")


@dataclass(frozen=True)
class Synthesized:
    """One environment's settings and its synthesized stack."""

    settings: Settings
    folder: Path
    document: dict[str, Any]

    @classmethod
    def read(cls, settings: Settings, folder: Path) -> Synthesized:
        """Read ``cdk.tf.json`` in ``folder``."""
        return cls(settings, folder, json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8")))

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the resources of a Terraform type by name."""
        found: dict[str, dict[str, Any]] = self.document["resource"].get(kind, {})
        return found

    def only(self, kind: str) -> dict[str, Any]:
        """Return the only resource of a Terraform type."""
        (resource,) = self.all(kind).values()
        return resource

    @property
    def addresses(self) -> list[str]:
        """Return every resource address and output, sorted."""
        resources = [f"{kind}.{name}" for kind, named in self.document["resource"].items() for name in named]
        return sorted([*resources, *(f"output.{name}" for name in self.document["output"])])

    def references(self, address: str) -> set[str]:
        """Return the addresses that a resource refers to."""
        kind, name = address.split(".")
        text = json.dumps(self.all(kind)[name])
        return {f"{found_kind}.{found_name}" for found_kind, found_name in _REFERENCE.findall(text)}

    def stands_on(self, address: str) -> set[str]:
        """Return everything that Terraform creates before a resource: its references and dependencies, recursively."""
        seen: set[str] = set()
        waiting = [address]
        while waiting:
            kind, name = waiting[-1].split(".")
            found = (self.references(waiting.pop()) | set(self.all(kind)[name].get("depends_on", ()))) - seen
            seen |= found
            waiting += found
        return seen

    @property
    def statements(self) -> dict[str, list[dict[str, Any]]]:
        """Return every Allow of every inline policy, by the policy's name."""
        return {
            name: json.loads(policy["policy"])["Statement"] for name, policy in self.all("aws_iam_role_policy").items()
        }
