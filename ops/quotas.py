"""Quotas of a new AWS account that a stack comes near, from its synthesized resources and ``quotas.toml``."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from terraform.stack import Stack

QUOTAS = Path(__file__).with_name("quotas.toml")
NEAR_PERCENT = 20
"""The use of a quota from which it is named."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota of an account.

    Attributes:
        service: the service's name.
        service_code: its code in Service Quotas.
        name: what is limited.
        default: AWS's default.
        counts: types of Terraform resources that count.
        source: the page of AWS with the default.
        code: the code in Service Quotas, if it is listed there.
        new_account: a lower value with which new accounts begin.
        why: why it is named even if the stack is far from it.
        remedy: what to do.
        only_if: type and attribute of Terraform; the quota applies only if a resource has the attribute.
        unless: type and attribute of Terraform; the quota does not apply if a resource has the attribute.
    """

    service: str
    service_code: str
    name: str
    default: int
    counts: tuple[str, ...]
    source: str
    code: str = ""
    new_account: int | None = None
    why: str = ""
    remedy: str = ""
    only_if: str = ""
    unless: str = ""

    def applies_to(self, resources: Mapping[str, Any]) -> bool:
        """Return whether the quota applies to resources, by their address."""
        return (not self.only_if or _is_set(self.only_if, resources)) and not _is_set(self.unless, resources)

    @property
    def available(self) -> int:
        """The value in a new account."""
        return self.default if self.new_account is None else self.new_account


@dataclass(frozen=True, slots=True)
class Use:
    """A stack's use of a quota; `needed` is the number of its resources that count."""

    quota: Quota
    needed: int

    @property
    def percent(self) -> float:
        """The share of the quota in a new account."""
        return 100 * self.needed / self.quota.available

    @property
    def is_near(self) -> bool:
        """Whether to name the quota."""
        return bool(self.quota.why) or self.percent >= NEAR_PERCENT


def load(file: Path = QUOTAS) -> tuple[Quota, ...]:
    """Return the quotas in a file."""
    entries: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["quota"]
    return tuple(Quota(**{**entry, "counts": tuple(entry["counts"])}) for entry in entries)


def uses(resources: Mapping[str, Any], quotas: tuple[Quota, ...]) -> list[Use]:
    """Return the use of every quota by resources, by their address; the nearest first."""
    numbers = Counter(address.partition(".")[0] for address in resources)
    applying = [quota for quota in quotas if quota.applies_to(resources)]
    found = [Use(quota, sum(numbers[kind] for kind in quota.counts)) for quota in applying]
    return sorted(found, key=lambda use: (not use.is_near, -use.percent))


def _is_set(attribute: str, resources: Mapping[str, Any]) -> bool:
    """Return whether a resource of the type has the attribute, for example ``aws_thing.block.name``."""
    kind, *names = attribute.split(".")
    found = [values for address, values in resources.items() if address.partition(".")[0] == kind]
    for name in names:
        found = [values[name] for values in found if isinstance(values, dict) and name in values]
    return bool(found)


def report(stack: Stack) -> str:
    """Return the quotas that a stack comes near in a new account, and one line for the others."""
    found = uses(stack.resources, load())
    near = [use for use in found if use.is_near]
    others = [use for use in found if not use.is_near]
    lines = [f"Quotas of a new account that {stack.environment} comes near in {stack.region}:"]
    for use in near:
        lines += _described(use)
    if others:
        most = others[0]
        lines.append(
            f"  {len(others)} other quotas: at most {most.percent:.0f}% ({most.quota.service}, {most.quota.name}). "
            "Other stacks in the account count, too."
        )
    return "\n".join(lines)


def _described(use: Use) -> list[str]:
    quota = use.quota
    start = "" if quota.new_account is None else f", {quota.new_account:,} in new accounts"
    needed = f"at least {use.needed:,} of " if use.needed else ""
    code = f"Service Quotas {quota.service_code}/{quota.code}. " if quota.code else ""
    return [
        f"  {quota.service}, {quota.name}: {needed}{quota.default:,}{start}.",
        *([f"    {quota.why[0].upper()}{quota.why[1:]}."] if quota.why else []),
        *([f"    {quota.remedy}"] if quota.remedy else []),
        f"    {code}{quota.source}",
    ]
