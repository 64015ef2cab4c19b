"""Waivers of policy findings: ``waivers.toml``, each with rule, address, environments, reason and last day."""

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

FILE = Path(__file__).with_name("waivers.toml")


class PolicyWaiver(Waiver):
    """An accepted finding of a rule."""

    rule: str = Field(pattern=r"^(CHAT|CKV2?_AWS)_[A-Z0-9_]+$")
    address: str = Field(min_length=3, description="a resource's address; * matches any characters")
    environments: tuple[str, ...] = Field(min_length=1, strict=False)

    @property
    def subject(self) -> str:
        """Rule and address."""
        return f"{self.rule} for {self.address}"

    def covers(self, violation: Violation) -> bool:
        """Return whether the waiver applies to a violation."""
        return (
            self.rule == violation.rule
            and violation.environment in self.environments
            and fnmatchcase(violation.address, self.address)
        )


def read_policy_waivers(file: Path = FILE) -> tuple[PolicyWaiver, ...]:
    """Read the file.

    Raises:
        OperationError: the file is not valid; the message has a line for each problem.
    """
    return read_waivers(file, PolicyWaiver)


def unwaived(violations: Iterable[Violation], waivers: Sequence[PolicyWaiver], today: date) -> list[Violation]:
    """Return the violations without a valid waiver, sorted."""
    valid = [waiver for waiver in waivers if waiver.is_valid(today)]
    return sorted(violation for violation in violations if not any(waiver.covers(violation) for waiver in valid))


def unused(waivers: Iterable[PolicyWaiver], violations: Iterable[Violation], prefixes: tuple[str, ...]) -> list[str]:
    """Return a message for each waiver that matches nothing in one of its environments.

    Args:
        waivers: all waivers.
        violations: all violations.
        prefixes: prefixes of the rules that were checked; waivers of other rules are ignored.
    """
    found = list(violations)
    checked = {violation.environment for violation in found}
    return [
        f"The waiver of {waiver.subject} matches nothing in {environment}: remove it from {FILE.name}"
        for waiver in waivers
        if waiver.rule.startswith(prefixes)
        for environment in waiver.environments
        if environment in checked
        and not any(waiver.covers(violation) for violation in found if violation.environment == environment)
    ]
