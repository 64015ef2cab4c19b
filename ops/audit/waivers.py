"""Waivers of advisories: ``waivers.toml``, each with id, package, reason and last day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ops.audit.advisory import Advisory

FILE = Path(__file__).with_name("waivers.toml")


class AdvisoryWaiver(Waiver):
    """An advisory that does not affect this repository."""

    id: str = Field(pattern=r"^(GHSA|PYSEC|CVE|OSV)-[0-9A-Za-z-]+$")
    package: str = Field(min_length=1)

    @property
    def subject(self) -> str:
        """Advisory and package."""
        return f"{self.id} of {self.package}"

    def covers(self, advisory: Advisory) -> bool:
        """Return whether the waiver applies to an advisory, by any of its ids."""
        return self.package == advisory.package and self.id in {advisory.id, *advisory.aliases}


def read_advisory_waivers(file: Path = FILE) -> tuple[AdvisoryWaiver, ...]:
    """Read the file.

    Raises:
        OperationError: the file is not valid; the message has a line for each problem.
    """
    return read_waivers(file, AdvisoryWaiver)


def unwaived(advisories: Iterable[Advisory], waivers: Sequence[AdvisoryWaiver], today: date) -> list[Advisory]:
    """Return the advisories without a valid waiver, sorted."""
    valid = [waiver for waiver in waivers if waiver.is_valid(today)]
    return sorted(advisory for advisory in advisories if not any(waiver.covers(advisory) for waiver in valid))


def unused(waivers: Iterable[AdvisoryWaiver], advisories: Sequence[Advisory]) -> list[str]:
    """Return a message for each waiver that matches no advisory; call it only after all files were audited."""
    return [
        f"The waiver of {waiver.subject} matches nothing: remove it from {FILE.name}"
        for waiver in waivers
        if not any(waiver.covers(advisory) for advisory in advisories)
    ]
