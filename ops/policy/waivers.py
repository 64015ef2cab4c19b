"""Waivers of policy findings: ``waivers.toml``, each with rule, address, reason and last day.

A waiver applies to all environments, or to those with a name or a kind.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from ops.waivers import Waiver, read_waivers

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import date

    from ops.policy.rule import Violation

FILE = Path(__file__).with_name("waivers.toml")


class PolicyWaiver(Waiver):
    """An accepted finding of a rule.

    Attributes:
        environments: names; * matches any characters.
        production: whether it applies to production environments only (True) or to the others only (False); None for
            both.
    """

    rule: str = Field(pattern=r"^(CHAT|CKV2?_AWS)_[A-Z0-9_]+$")
    address: str = Field(min_length=3, description="a resource's address; * matches any characters")
    environments: tuple[str, ...] = Field(default=("*",), min_length=1, strict=False)
    production: bool | None = None

    @property
    def subject(self) -> str:
        """Rule and address."""
        return f"{self.rule} for {self.address}"

    def applies_to(self, environment: str, production: Container[str]) -> bool:
        """Return whether the waiver applies to an environment.

        Args:
            environment: its name.
            production: the production environments.
        """
        named = any(fnmatchcase(environment, pattern) for pattern in self.environments)
        return named and self.production in {None, environment in production}

    def covers(self, violation: Violation, production: Container[str]) -> bool:
        """Return whether the waiver applies to a violation."""
        return (
            self.rule == violation.rule
            and self.applies_to(violation.environment, production)
            and fnmatchcase(violation.address, self.address)
        )


def read_policy_waivers(file: Path = FILE) -> tuple[PolicyWaiver, ...]:
    """Read the file.

    Raises:
        OperationError: the file is not valid; the message has a line for each problem.
    """
    return read_waivers(file, PolicyWaiver)


def unwaived(
    violations: Iterable[Violation], waivers: Sequence[PolicyWaiver], today: date, production: Container[str]
) -> list[Violation]:
    """Return the violations without a valid waiver, sorted.

    Args:
        violations: all violations.
        waivers: all waivers.
        today: the current day (UTC).
        production: the production environments.
    """
    valid = [waiver for waiver in waivers if waiver.is_valid(today)]
    return sorted(
        violation for violation in violations if not any(waiver.covers(violation, production) for waiver in valid)
    )


def unused(
    waivers: Iterable[PolicyWaiver],
    violations: Iterable[Violation],
    prefixes: tuple[str, ...],
    production: Container[str],
) -> list[str]:
    """Return a message for each waiver that matches nothing in the checked environments to which it applies.

    Args:
        waivers: all waivers.
        violations: all violations.
        prefixes: prefixes of the rules that were checked; waivers of other rules are ignored.
        production: the production environments.
    """
    found = list(violations)
    checked = sorted({violation.environment for violation in found})
    return [
        f"The waiver of {waiver.subject} matches nothing in {', '.join(concerned)}. If that is intended for all "
        f"environments, remove it from {FILE.name}."
        for waiver in waivers
        if waiver.rule.startswith(prefixes)
        and (concerned := [name for name in checked if waiver.applies_to(name, production)])
        and not any(waiver.covers(violation, production) for violation in found)
    ]
