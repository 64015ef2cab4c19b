"""A known vulnerability of a pinned package."""

from __future__ import annotations

from dataclasses import dataclass

from common.commands import OperationError


class UnreachableError(OperationError):
    """The registry gave no advisories, so the packages were not audited."""


@dataclass(frozen=True, slots=True, order=True)
class Advisory:
    """A known vulnerability.

    Attributes:
        source: the file that pins the package, relative to the checkout.
        package: its name.
        version: the pinned version; for npm packages the affected range.
        id: the advisory's id: PYSEC-..., GHSA-..., CVE-....
        remedy: how to fix it.
        aliases: other ids of the same vulnerability.
    """

    source: str
    package: str
    version: str
    id: str
    remedy: str
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return one line: file, package, advisory and remedy."""
        return f"{self.source}: {self.package} {self.version} has {self.id}: {self.remedy}"
