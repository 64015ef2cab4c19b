"""Names of AWS resources: ``<app_name>-<component>-<environment>``, validated for length and characters.

The limits are those of each service's API reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from stacks.settings import Settings

Kind = Literal[
    "table",
    "role",
    "function",
    "user_pool",
    "api",
    "alarm",
    "dashboard",
    "queue",
    "schedule",
    "bucket",
    "web_acl",
    "log_group",
    "log_policy",
    "key_alias",
    "budget",
]


@dataclass(frozen=True, slots=True)
class _Rule:
    longest: int
    pattern: re.Pattern[str]


_RULES: dict[Kind, _Rule] = {
    "table": _Rule(255, re.compile(r"[A-Za-z0-9_.-]{3,}")),
    "role": _Rule(64, re.compile(r"[\w+=,.@-]+")),
    "function": _Rule(64, re.compile(r"[A-Za-z0-9_-]+")),
    "user_pool": _Rule(128, re.compile(r"[\w\s+=,.@-]+")),
    "api": _Rule(50, re.compile(r"[A-Za-z_0-9-]+")),
    "budget": _Rule(100, re.compile(r"[^:\\]+")),
    "alarm": _Rule(255, re.compile(r"[ -~]+")),
    "dashboard": _Rule(255, re.compile(r"[A-Za-z0-9_-]+")),
    "bucket": _Rule(63, re.compile(r"[a-z0-9.-]{3,}")),
    "schedule": _Rule(64, re.compile(r"[0-9a-zA-Z_.-]+")),
    "queue": _Rule(80, re.compile(r"[A-Za-z0-9_-]+")),
    "web_acl": _Rule(128, re.compile(r"[A-Za-z0-9_-]+")),
    "log_group": _Rule(512, re.compile(r"[A-Za-z0-9_/.#-]+")),
    "key_alias": _Rule(250, re.compile(r"[A-Za-z0-9/_-]+")),
    "log_policy": _Rule(255, re.compile(r"[A-Za-z0-9_-]+")),
}


class InvalidNameError(ValueError):
    """A name that AWS would reject."""


def physical_name(settings: Settings, component: str, kind: Kind) -> str:
    """Return the name of ``component`` in this environment.

    Raises:
        InvalidNameError: The name is too long for its kind, or has a character that AWS does not allow.
    """
    name = f"{settings.app_name}-{component}-{settings.environment}"
    rule = _RULES[kind]
    if len(name) > rule.longest:
        raise InvalidNameError(
            f'the {kind} name "{name}" has {len(name)} characters, AWS allows {rule.longest}: shorten app_name'
        )
    if not rule.pattern.fullmatch(name):
        raise InvalidNameError(
            f'the {kind} name "{name}" has characters that AWS does not allow; the pattern is {rule.pattern.pattern}'
        )
    return name


def metrics_namespace(settings: Settings) -> str:
    """Return the CloudWatch namespace of custom metrics."""
    return f"{settings.app_name}-{settings.environment}"


def service_name(function: str) -> str:
    """Return the name under which a function logs and emits metrics."""
    return function.replace("_", "-")
