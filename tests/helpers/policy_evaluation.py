"""Evaluates identity policies as IAM does: an explicit Deny wins, then an Allow, else the request is denied.

IAM user guide, "Policy evaluation logic". Only the condition operators that the project's policies use are known;
others are an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Policy = dict[str, Any]


class Decision(StrEnum):
    """The decision on a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    """No statement allows it."""
    EXPLICITLY_DENIED = "explicitly denied"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as IAM sees it.

    Attributes:
        action: for example ``lambda:TagResource``.
        resource: the ARN, or ``*`` for an action without resources, which only the pattern ``*`` matches.
        context: the values of condition keys.
    """

    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def decide(policies: Iterable[Policy], request: Request) -> Decision:
    """Return IAM's decision on a request of a principal with these policies."""
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in _listed(policy["Statement"])
        if _applies(statement, request)
    }
    if "Deny" in effects:
        return Decision.EXPLICITLY_DENIED
    return Decision.ALLOWED if "Allow" in effects else Decision.DENIED


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    return (
        _element(statement, "Action", request.action, ignores_case=True)
        and _element(statement, "Resource", request.resource, ignores_case=False)
        and all(
            _holds(operator, key, _listed(wanted), request.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _element(statement: Mapping[str, Any], name: str, value: str, *, ignores_case: bool) -> bool:
    """Return whether an element such as Action, or its negation NotAction, includes a value."""
    patterns = _listed(statement.get(name, statement.get(f"Not{name}", [])))
    is_matched = any(_like(pattern, value, ignores_case=ignores_case) for pattern in patterns)
    return is_matched == (name in statement)


def _holds(operator: str, key: str, wanted: list[str], context: Mapping[str, str | tuple[str, ...]]) -> bool:
    given = _listed(context.get(key, []))
    if operator == "Null":
        return (not given) == (wanted == ["true"])
    if operator == "StringEquals":
        return bool(given) and given[0] in wanted
    if operator == "StringLike":
        return bool(given) and any(_like(pattern, given[0]) for pattern in wanted)
    if operator == "ForAllValues:StringEquals":
        return set(given) <= set(wanted)
    message = f"{operator} is not known to {__name__}"
    raise NotImplementedError(message)


def _like(pattern: str, value: str, *, ignores_case: bool = False) -> bool:
    return _compiled(pattern, ignores_case=ignores_case).fullmatch(value) is not None


@cache
def _compiled(pattern: str, *, ignores_case: bool) -> re.Pattern[str]:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignores_case else 0))


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return list(value) if isinstance(value, list | tuple) else [value]
