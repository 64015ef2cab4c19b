"""The one table of exceptions: ``suppressions.toml``. Each names rule, address, environments, reason and last day."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ops.reviewed_file import read_reviewed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.policy.rule import Violation

FILE = Path(__file__).with_name("suppressions.toml")


class Suppression(BaseModel):
    """One exception."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rule: str = Field(pattern=r"^(CHAT|CKV2?_AWS)_[A-Z0-9_]+$")
    address: str = Field(min_length=3, description="a resource's address; * stands for any characters")
    environments: tuple[str, ...] = Field(min_length=1, strict=False)
    reason: str = Field(min_length=30)
    expires: date = Field(description="the last day on which it counts")

    def covers(self, violation: Violation) -> bool:
        """Tell whether it is about this violation."""
        return (
            self.rule == violation.rule
            and violation.environment in self.environments
            and fnmatchcase(violation.address, self.address)
        )


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    suppression: tuple[Suppression, ...] = Field(default=(), strict=False)


def read_suppressions(file: Path = FILE) -> tuple[Suppression, ...]:
    """Read the table.

    Raises:
        OperationError: it cannot be used; one line for each problem.
    """
    return read_reviewed(file, _File).suppression


def unsuppressed(violations: Iterable[Violation], table: Sequence[Suppression], today: date) -> list[Violation]:
    """Return the violations that no valid exception covers, sorted."""
    valid = [one for one in table if today <= one.expires]
    return sorted(one for one in violations if not any(exception.covers(one) for exception in valid))


def expired(table: Iterable[Suppression], today: date) -> list[str]:
    """Say which exceptions have expired."""
    return [
        f"{one.rule} for {one.address} has expired on {one.expires}: mend it, or review its reason again ({FILE.name})"
        for one in table
        if one.expires < today
    ]


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
        f"{one.rule} for {one.address} covers nothing in {environment}: remove it ({FILE.name})"
        for one in table
        if one.rule.startswith(prefixes)
        for environment in one.environments
        if environment in checked
        and not any(one.covers(violation) for violation in found if violation.environment == environment)
    ]
