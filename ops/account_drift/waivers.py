"""Accepted additions: ``waivers.toml``, each with address, attribute, reason and last day.

Only what Terraform does not detect can be accepted: the next apply reverts everything else.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from ops.account_drift import CHECKS
from ops.account_drift.check import TERRAFORM
from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ops.account_drift.check import Difference

FILE = Path(__file__).with_name("waivers.toml")
_KINDS = frozenset(check.kind for check in CHECKS)


class DriftWaiver(Waiver):
    """An addition that is made on purpose outside the sources.

    Attributes:
        environments: names; * matches any characters.
    """

    address: str = Field(pattern=r"^[a-z0-9_]+\.\w+$", description="a resource's address, without wildcards")
    attribute: str = Field(
        pattern=r"^[^*?\[]{3}", description="the attribute that drift prints; * matches any characters"
    )
    environments: tuple[str, ...] = Field(default=("*",), min_length=1, strict=False)

    @field_validator("address")
    @classmethod
    def _check_kind(cls, address: str) -> str:
        kind = address.partition(".")[0]
        if kind not in _KINDS:
            raise ValueError(f"{kind} is not a resource type that drift compares in addition to Terraform")
        return address

    @property
    def subject(self) -> str:
        """Address and attribute."""
        return f"{self.address} {self.attribute}"

    def applies_to(self, environment: str) -> bool:
        """Return whether the waiver applies to an environment."""
        return any(fnmatchcase(environment, pattern) for pattern in self.environments)

    def covers(self, difference: Difference, environment: str) -> bool:
        """Return whether the waiver applies to a difference of an environment."""
        return (
            difference.seen_by != TERRAFORM
            and self.applies_to(environment)
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
    """Return the differences without a valid waiver, sorted.

    Args:
        found: the differences of the environment.
        waivers: all waivers.
        environment: its name.
        today: the current day (UTC).
    """
    valid = [waiver for waiver in waivers if waiver.is_valid(today)]
    return sorted(
        difference for difference in found if not any(waiver.covers(difference, environment) for waiver in valid)
    )


def unused(waivers: Iterable[DriftWaiver], found: Iterable[Difference], environment: str) -> list[str]:
    """Return a message for each waiver of an environment that matches none of its differences."""
    differences = list(found)
    return [
        f"The waiver of {waiver.subject} matches nothing in {environment}: if it does not in the other environments "
        f"either, remove it from {FILE.name}"
        for waiver in waivers
        if waiver.applies_to(environment)
        and not any(waiver.covers(difference, environment) for difference in differences)
    ]
