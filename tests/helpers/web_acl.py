"""Evaluation of a web ACL's statements for one request, as the AWS WAF developer guide describes them."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPARISONS = {"GT": operator.gt, "GE": operator.ge}


@dataclass(frozen=True, slots=True)
class WebRequest:
    """A request as WAF sees it. Names of headers are in lower case."""

    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)


def matches(statement: Mapping[str, Any], request: WebRequest) -> bool:
    """Return whether a statement matches a request. A component that the request lacks never matches."""
    ((kind, arguments),) = statement.items()
    if kind == "and_statement":
        return all(matches(inner, request) for inner in arguments["statement"])
    if kind == "or_statement":
        return any(matches(inner, request) for inner in arguments["statement"])
    if kind == "not_statement":
        (inner,) = arguments["statement"]
        return not matches(inner, request)
    component = _component(arguments["field_to_match"], request)
    return component is not None and _matches_component(kind, arguments, component)


def applies(statement: Mapping[str, Any], request: WebRequest) -> bool:
    """Return whether a rate limit or a managed rule group evaluates a request at all."""
    ((_, arguments),) = statement.items()
    scope = arguments.get("scope_down_statement")
    return scope is None or matches(scope, request)


def _component(field_to_match: Mapping[str, Any], request: WebRequest) -> str | None:
    ((name, arguments),) = field_to_match.items()
    if name == "method":
        return request.method
    if name == "single_header":
        return request.headers.get(arguments["name"])
    raise NotImplementedError(name)


def _matches_component(kind: str, arguments: Mapping[str, Any], component: str) -> bool:
    if kind == "byte_match_statement":
        assert arguments["positional_constraint"] == "EXACTLY"
        return component == str(arguments["search_string"])
    if kind == "regex_match_statement":
        return re.search(arguments["regex_string"], component) is not None
    if kind == "size_constraint_statement":
        return bool(_COMPARISONS[arguments["comparison_operator"]](len(component.encode()), arguments["size"]))
    raise NotImplementedError(kind)
