"""Grants and denials in policy documents: who may do what on which resource."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE = re.compile(r"^\$\{aws_\w+\.[\w-]+\.\w+\}")
_OF_ROLES = frozenset({"iam", "organizations", "sts"})
"""Services whose permissions let a role get further permissions."""
_ARN_FIELDS = 5
"""Fields of an ARN before the name of the resource."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """An action that a statement of a policy document allows or denies.

    Attributes:
        principal: for example ``Service lambda.amazonaws.com`` or ``*``; empty in the policy of a role.
        action: for example ``s3:GetObject``, or a description of ``NotAction``.
        resource: an ARN, a pattern, or a description of ``NotResource``; empty if the statement has none.
        condition: the condition as JSON; empty for none.
        has_exceptions: whether it applies to everything except what ``NotAction``, ``NotResource`` or
            ``NotPrincipal`` names.
    """

    principal: str
    action: str
    resource: str
    condition: str
    has_exceptions: bool = False

    @property
    def is_public(self) -> bool:
        """Whether it applies to every principal, or to every principal with exceptions."""
        return self.principal.split(" ")[-1] == "*" or self.principal.startswith("all principals except")

    @property
    def is_wildcard(self) -> bool:
        """Whether it applies to several actions or resources."""
        return any(sign in text for text in (self.action, self.resource) for sign in "*?") or self.has_exceptions

    @property
    def service(self) -> str:
        """The service of the principal, for example ``lambda.amazonaws.com``; empty for another principal."""
        kind, _, name = self.principal.partition(" ")
        return name if kind == "Service" else ""

    @property
    def is_narrow(self) -> bool:
        """Whether it names its action, its resource, and the AWS service if it has a principal.

        Permissions of a role on roles, policies and accounts are never narrow: with them, it can get others.
        """
        is_action = re.fullmatch(r"[\w-]+:\w+", self.action) is not None
        is_usual = self._has_service if self.principal else self._prefix not in _OF_ROLES
        return is_action and is_usual and not self.has_exceptions and _names_resource(self.resource)

    @property
    def _has_service(self) -> bool:
        return bool(self.service) and not self.is_public

    @property
    def _prefix(self) -> str:
        return self.action.partition(":")[0].lower()

    def includes(self, other: Grant) -> bool:
        """Return whether everything in another grant is also in this one: ``dynamodb:*`` has ``dynamodb:GetItem``."""
        return (
            _matches(self.principal, other.principal)
            and _matches(self.action.lower(), other.action.lower())
            and _matches(self.resource, other.resource)
            and self.condition in {"", other.condition}
        )


def grants(text: Any, effect: str) -> set[Grant]:  # noqa: ANN401 - JSON
    """Return the grants of the statements with an effect; nothing if the text is not a policy document.

    Args:
        text: the policy document.
        effect: ``Allow`` or ``Deny``.
    """
    statements = [statement for statement in _statements(text) if statement.get("Effect") == effect]
    return {grant for statement in statements for grant in _grants(statement)}


def is_document(text: Any) -> bool:  # noqa: ANN401 - JSON
    """Return whether a text is a policy document."""
    return bool(_statements(text))


def _grants(statement: dict[str, Any]) -> Iterator[Grant]:
    condition = _short(statement["Condition"]) if statement.get("Condition") else ""
    has_exceptions = any(name in statement for name in ("NotAction", "NotResource", "NotPrincipal"))
    actions = _list(statement.get("Action")) or [f"all actions except {_short(statement.get('NotAction'))}"]
    resources = _list(statement.get("Resource")) or (
        [f"all resources except {_short(statement['NotResource'])}"] if "NotResource" in statement else [""]
    )
    for principal in _principals(statement):
        for action in actions:
            for resource in resources:
                yield Grant(principal, action, resource, condition, has_exceptions)


def _statements(text: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    try:
        document = json.loads(text) if isinstance(text, str) and text else {}
    except ValueError:
        return []
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    return statements if isinstance(statements, list) else [statements]


def _principals(statement: dict[str, Any]) -> list[str]:
    if "NotPrincipal" in statement:
        return [f"all principals except {_short(statement['NotPrincipal'])}"]
    principal = statement.get("Principal", "")
    if not isinstance(principal, dict):
        return [str(principal)]
    return [f"{kind} {name}" for kind, names in principal.items() for name in _list(names)]


def _matches(pattern: str, name: str) -> bool:
    return pattern == name or (pattern.endswith("*") and name.startswith(pattern[:-1]))


def _names_resource(resource: str) -> bool:
    """Return whether a resource is one, or everything in one: ``bucket/rooms/*``, but not ``*`` or ``table/*``."""
    fields = (
        resource.split(":", _ARN_FIELDS) if resource.startswith("arn:") else [_REFERENCE.sub("type/name", resource)]
    )
    *outer, last = re.split("[:/]", fields[-1])
    if any(sign in text for text in outer for sign in "*?"):
        return False
    if not any(sign in last for sign in "*?"):
        return True
    is_bucket = fields[2:3] == ["s3"]
    return last == "*" and len(list(filter(None, outer))) >= (1 if is_bucket else 2)


def _list(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    if value is None:
        return []
    return list(map(str, value)) if isinstance(value, list) else [str(value)]


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
