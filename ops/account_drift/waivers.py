"""Accepted differences: ``waivers.toml``, each with address, attribute, environments, reason and last day."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ops.account_drift.check import Difference

FILE = Path(__file__).with_name("waivers.toml")


class DriftWaiver(Waiver):
    """An addition that is made on purpose outside the sources."""

    address: str = Field(min_length=3, description="a resource's address, without wildcards")
    attribute: str = Field(min_length=1, description="the attribute that drift prints; * matches any characters")
    environments: tuple[str, ...] = Field(min_length=1, strict=False)

    @property
    def subject(self) -> str:
        """Address and attribute."""
        return f"{self.address} {self.attribute}"

    def covers(self, difference: Difference, environment: str) -> bool:
        """Return whether the waiver applies to a difference of an environment."""
        return (
            environment in self.environments
            and self.address == difference.address
            and fnmatchcase(difference.attribute, self.attribute)
        )


def read_drift_waivers(file: Path = FILE) -> tuple[DriftWaiver, ...]:
    """Read the file.

    Raises:
        OperationError: the file is not valid; the message has a line for each problem.
    """
    return read_waivers(file, DriftWaiver)


def unwaived(
    found: Iterable[Difference], waivers: Sequence[DriftWaiver], environment: str, today: date
) -> list[Difference]:
    """Return the differences without a valid waiver.

    Args:
        found: the differences of the environment.
        waivers: all waivers.
        environment: its name.
        today: the current day (UTC).
    """
    valid = [waiver for waiver in waivers if waiver.is_valid(today)]
    return [each for each in found if not any(waiver.covers(each, environment) for waiver in valid)]
