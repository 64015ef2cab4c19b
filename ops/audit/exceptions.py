"""The one table of reviewed advisories: ``exceptions.toml``. Each names id, package, reason and last day."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ops.reviewed_file import read_reviewed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.audit.advisory import Advisory

FILE = Path(__file__).with_name("exceptions.toml")


class ReviewedAdvisory(BaseModel):
    """One advisory that was looked at and does not concern this repository."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=r"^(GHSA|PYSEC|CVE|OSV)-[0-9A-Za-z-]+$")
    package: str = Field(min_length=1)
    reason: str = Field(min_length=30, description="why it does no harm here")
    until: date = Field(description="the last day on which it counts")

    def covers(self, advisory: Advisory) -> bool:
        """Tell whether it is about this advisory."""
        return self.package == advisory.package and self.id in {advisory.id, *advisory.aliases}


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    advisory: tuple[ReviewedAdvisory, ...] = Field(default=(), strict=False)


def read_exceptions(file: Path = FILE) -> tuple[ReviewedAdvisory, ...]:
    """Read the table.

    Raises:
        OperationError: it cannot be used; one line for each problem.
    """
    return read_reviewed(file, _File).advisory


def unreviewed(advisories: Iterable[Advisory], table: Sequence[ReviewedAdvisory], today: date) -> list[Advisory]:
    """Return the advisories that no valid exception covers, sorted."""
    valid = [one for one in table if today <= one.until]
    return sorted(one for one in advisories if not any(exception.covers(one) for exception in valid))


def expired(table: Iterable[ReviewedAdvisory], today: date) -> list[str]:
    """Say which exceptions have expired."""
    return [
        f"{one.id} of {one.package} was reviewed until {one.until}: mend it, or review it again ({FILE.name})"
        for one in table
        if one.until < today
    ]


def unmatched(table: Iterable[ReviewedAdvisory], advisories: Sequence[Advisory]) -> list[str]:
    """Say which exceptions cover nothing any more; to be asked only after everything was audited."""
    return [
        f"{one.id} of {one.package} covers nothing: remove it ({FILE.name})"
        for one in table
        if not any(one.covers(advisory) for advisory in advisories)
    ]
