"""The one table of exceptions: ``suppressions.toml``. Each names rule, address, environments, reason and last day."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ops.policy.rule import Violation

FILE = Path(__file__).with_name("suppressions.toml")


class Suppression(Waiver):
    """One finding that is allowed."""

    rule: str = Field(pattern=r"^(CHAT|CKV2?_AWS)_[A-Z0-9_]+$")
    address: str = Field(min_length=3, description="a resource's address; * stands for any characters")
    environments: tuple[str, ...] = Field(min_length=1, strict=False)

    @property
    def subject(self) -> str:
        """Rule and address."""
        return f"{self.rule} for {self.address}"

    def covers(self, violation: Violation) -> bool:
        """Return whether it is about this violation."""
        return (
            self.rule == violation.rule
            and violation.environment in self.environments
            and fnmatchcase(violation.address, self.address)
        )


def read_suppressions(file: Path = FILE) -> tuple[Suppression, ...]:
    """Read the table.

    Raises:
        OperationError: it cannot be used; one line for each problem.
    """
    return read_waivers(file, Suppression, "suppression")


def unsuppressed(violations: Iterable[Violation], table: Sequence[Suppression], today: date) -> list[Violation]:
    """Return the violations that no valid exception covers, sorted."""
    valid = [suppression for suppression in table if suppression.counts(today)]
    return sorted(found for found in violations if not any(suppression.covers(found) for suppression in valid))


def unmatched(table: Iterable[Suppression], violations: Iterable[Violation], prefixes: tuple[str, ...]) -> list[str]:
    """Say which exceptions cover nothing in an environment that they name.

    Args:
        table: the exceptions.
        violations: everything that was found.
        prefixes: beginnings of the rules that were checked; others may still match.
    """
    found = list(violations)
    checked = {one.environment for one in found}
    return [
        f"{one.subject} covers nothing in {environment}: remove it ({FILE.name})"
        for one in table
        if one.rule.startswith(prefixes)
        for environment in one.environments
        if environment in checked
        and not any(one.covers(violation) for violation in found if violation.environment == environment)
    ]
