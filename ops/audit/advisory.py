"""One known vulnerability of one pinned package, and where advisories come from."""

from __future__ import annotations

from dataclasses import dataclass

from common.commands import OperationError


class UnreachableError(OperationError):
    """Nobody answered with advisories: nothing is known, which is not the same as nothing being wrong."""


@dataclass(frozen=True, slots=True, order=True)
class Advisory:
    """One known vulnerability.

    Attributes:
        source: the file that pins the package, relative to the checkout.
        package: its name.
        version: as it is pinned; of npm's packages the range that is affected.
        id: of the advisory: PYSEC-..., GHSA-..., CVE-....
        remedy: what mends it.
        aliases: other ids of the same vulnerability.
    """

    source: str
    package: str
    version: str
    id: str
    remedy: str
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as one line: where, what, which, and the remedy."""
        return f"{self.source}: {self.package} {self.version} has {self.id}: {self.remedy}"
