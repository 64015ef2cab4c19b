"""What making one kind of resource is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Arguments = dict[str, Any]
"""As synthesized, with every expression evaluated."""
Attributes = dict[str, Any]
"""What other resources may refer to: the arguments and what AWS added, by Terraform's names."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where resources are made."""

    clients: Mapping[str, Any]
    """boto3 clients by service name."""
    folder: Path
    """What relative paths start from."""
    tags: dict[str, str]
    """The provider's default tags."""
    region: str
    account_id: str

    def tagged(self, arguments: Arguments) -> dict[str, str]:
        """Return a resource's own tags over the default ones."""
        return {**self.tags, **(arguments.get("tags") or {})}

    def tag_list(self, arguments: Arguments) -> list[dict[str, str]]:
        """Return the tags in the list form of most services."""
        return [{"Key": key, "Value": value} for key, value in sorted(self.tagged(arguments).items())]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one resource type is made and removed.

    Attributes:
        find: what is there already under the arguments' own name, or None; also what Terraform adopts after it was
            killed before it wrote down what it had made.
        ensure: make it, or change it in place; idempotent.
        remove: delete it by its recorded attributes; None where data would go with it.
        tagged: whether default tags go on it, so that a change of theirs is a change of it.
        import_id: what ``terraform import`` calls it.
    """

    find: Callable[[Target, Arguments], Attributes | None]
    ensure: Callable[[Target, Arguments], Attributes]
    remove: Callable[[Target, Attributes], None] | None = None
    tagged: bool = True
    import_id: Callable[[Attributes], str] = itemgetter("id")
