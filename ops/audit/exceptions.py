"""The one table of reviewed advisories: ``exceptions.toml``. Each names id, package, reason and last day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ops.audit.advisory import Advisory

FILE = Path(__file__).with_name("exceptions.toml")


class ReviewedAdvisory(Waiver):
    """One advisory that was looked at and does not concern this repository."""

    id: str = Field(pattern=r"^(GHSA|PYSEC|CVE|OSV)-[0-9A-Za-z-]+$")
    package: str = Field(min_length=1)

    @property
    def subject(self) -> str:
        """Advisory and package."""
        return f"{self.id} of {self.package}"

    def covers(self, advisory: Advisory) -> bool:
        """Return whether it is about this advisory."""
        return self.package == advisory.package and self.id in {advisory.id, *advisory.aliases}


def read_exceptions(file: Path = FILE) -> tuple[ReviewedAdvisory, ...]:
    """Read the table.

    Raises:
        OperationError: it cannot be used; one line for each problem.
    """
    return read_waivers(file, ReviewedAdvisory, "advisory")


def unreviewed(advisories: Iterable[Advisory], table: Sequence[ReviewedAdvisory], today: date) -> list[Advisory]:
    """Return the advisories that no valid exception covers, sorted."""
    valid = [reviewed for reviewed in table if reviewed.counts(today)]
    return sorted(advisory for advisory in advisories if not any(reviewed.covers(advisory) for reviewed in valid))


def unmatched(table: Iterable[ReviewedAdvisory], advisories: Sequence[Advisory]) -> list[str]:
    """Say which exceptions cover nothing any more; to be asked only after everything was audited."""
    return [
        f"{one.subject} covers nothing: remove it ({FILE.name})"
        for one in table
        if not any(one.covers(advisory) for advisory in advisories)
    ]
