"""The interface of resource types in the direct deployment."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Arguments = dict[str, Any]
"""Synthesized arguments with evaluated expressions."""
Attributes = dict[str, Any]
"""Attributes by Terraform's names: the arguments and values from AWS, for references of other resources."""


@dataclass(frozen=True, slots=True)
class Target:
    """The account and region of a deployment."""

    clients: Mapping[str, Any]
    """boto3 clients by service name."""
    folder: Path
    """The base of relative paths."""
    tags: dict[str, str]
    """The provider's default tags."""
    region: str
    account_id: str

    def tagged(self, arguments: Arguments) -> dict[str, str]:
        """Return the default tags, overridden by the resource's tags."""
        return {**self.tags, **(arguments.get("tags") or {})}

    def tag_list(self, arguments: Arguments) -> list[dict[str, str]]:
        """Return the tags in the list format of most services."""
        return [{"Key": key, "Value": value} for key, value in sorted(self.tagged(arguments).items())]


@dataclass(frozen=True, slots=True)
class Kind:
    """The operations of a resource type.

    Attributes:
        find: returns the attributes of an existing resource with the arguments' name, or None; also used for imports
            into Terraform's state.
        ensure: creates the resource or updates it in place; idempotent.
        remove: deletes the resource by its recorded attributes; None for resources with data.
        tagged: whether the resource has default tags, so that a change of them is a change of the resource.
        import_id: returns the id for ``terraform import``.
    """

    find: Callable[[Target, Arguments], Attributes | None]
    ensure: Callable[[Target, Arguments], Attributes]
    remove: Callable[[Target, Attributes], None] | None = None
    tagged: bool = True
    import_id: Callable[[Attributes], str] = itemgetter("id")
