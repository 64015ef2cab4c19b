"""Enhanced subscription filters and invalidation filters.

Source: "Defining enhanced subscriptions filters" and "Extensions" in the AppSync developer guide: a group matches if at
least one of its filters matches, and a filter matches if all its rules do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MAXIMUM_PATH_CHARACTERS: Final = 256
_MAXIMUM_PATH_DEPTH: Final = 5
_MAXIMUM_CONTAINS_ANY: Final = 20
_MAXIMUM_IN: Final = 5
_RANGE: Final = 2


class FilterError(ValueError):
    """AppSync does not accept the filter."""


def _equal(left: object, right: object) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _ordered(left: object, right: object) -> bool:
    """Return whether two values can be ordered: numbers with numbers, strings with strings."""
    numbers = (int, float)
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    return (isinstance(left, numbers) and isinstance(right, numbers)) or (
        isinstance(left, str) and isinstance(right, str)
    )


def _contains(actual: object, wanted: object) -> bool:
    if isinstance(actual, str):
        return isinstance(wanted, str) and wanted in actual
    return isinstance(actual, list) and any(_equal(item, wanted) for item in actual)


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda actual, wanted: _ordered(actual, wanted) and holds(actual, wanted)


_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": _equal,
    "ne": lambda actual, wanted: not _equal(actual, wanted),
    "le": _compare(lambda actual, wanted: actual <= wanted),
    "lt": _compare(lambda actual, wanted: actual < wanted),
    "ge": _compare(lambda actual, wanted: actual >= wanted),
    "gt": _compare(lambda actual, wanted: actual > wanted),
    "contains": _contains,
    "notContains": lambda actual, wanted: not _contains(actual, wanted),
    "beginsWith": lambda actual, wanted: isinstance(actual, str) and actual.startswith(wanted),
    "in": lambda actual, wanted: any(_equal(actual, item) for item in wanted),
    "notIn": lambda actual, wanted: not any(_equal(actual, item) for item in wanted),
    "between": lambda actual, wanted: (
        _ordered(actual, wanted[0]) and _ordered(actual, wanted[1]) and wanted[0] <= actual <= wanted[1]
    ),
    "containsAny": lambda actual, wanted: any(_contains(actual, item) for item in wanted),
}


@dataclass(frozen=True, slots=True)
class _Rule:
    path: tuple[str, ...]
    holds: Callable[[Any, Any], bool]
    value: Any

    def matches(self, payload: Mapping[str, Any]) -> bool:
        return self.holds(_at(payload, self.path), self.value)


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """A compiled ``{"filterGroup": [{"filters": [{"fieldName", "operator", "value"}]}]}``."""

    filters: tuple[tuple[_Rule, ...], ...]

    def matches(self, payload: Mapping[str, Any]) -> bool:
        """Return whether one of the filters matches a payload. A missing field counts as null."""
        return any(all(rule.matches(payload) for rule in rules) for rules in self.filters)


def compile_filter(definition: object) -> FilterGroup:
    """Check and compile the argument of ``extensions.setSubscriptionFilter``.

    Raises:
        FilterError: an operator is unknown, a value has the wrong type, or one of AppSync's limits is exceeded.
    """
    groups = definition.get("filterGroup") if isinstance(definition, dict) else None
    if not isinstance(groups, list) or not groups:
        raise FilterError("A filter must be an object with a non-empty filterGroup.")
    return FilterGroup(tuple(_compile_rules(group) for group in groups))


def _compile_rules(group: object) -> tuple[_Rule, ...]:
    rules = group.get("filters") if isinstance(group, dict) else None
    if not isinstance(rules, list) or not rules:
        raise FilterError("Every member of filterGroup needs a non-empty list of filters.")
    return tuple(_compile_rule(rule) for rule in rules)


def _compile_rule(rule: object) -> _Rule:
    if not isinstance(rule, dict):
        raise FilterError("A filter rule must be an object.")
    name, operator, value = rule.get("fieldName"), rule.get("operator"), rule.get("value")
    if not isinstance(name, str) or not name or len(name) > _MAXIMUM_PATH_CHARACTERS:
        raise FilterError(f"fieldName must be a text of 1 to {_MAXIMUM_PATH_CHARACTERS} characters.")
    path = tuple(name.split("."))
    if len(path) > _MAXIMUM_PATH_DEPTH:
        raise FilterError(f"fieldName {name} is nested deeper than {_MAXIMUM_PATH_DEPTH} levels.")
    if not isinstance(operator, str) or operator not in _OPERATORS:
        raise FilterError(f"Unknown filter operator {operator!r}; there are {', '.join(_OPERATORS)}.")
    _check_value(operator, value)
    return _Rule(path, _OPERATORS[operator], value)


def _check_value(operator: str, value: object) -> None:
    if operator in {"in", "notIn"}:
        _check_list(operator, value, 1, _MAXIMUM_IN)
    elif operator == "containsAny":
        _check_list(operator, value, 1, _MAXIMUM_CONTAINS_ANY)
    elif operator == "between":
        _check_list(operator, value, _RANGE, _RANGE)
    elif isinstance(value, (dict, list)) or (operator == "beginsWith" and not isinstance(value, str)):
        raise _invalid_value(operator)


def _check_list(operator: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise _invalid_value(operator)


def _invalid_value(operator: str) -> FilterError:
    """Return the error with AppSync's wording (aws-amplify/amplify-android#2578)."""
    return FilterError(f"subscription filter has invalid filter value for operator `{operator}`.")


def _at(payload: object, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever the payload holds there
    value = payload
    for index, name in enumerate(path):
        if isinstance(value, list):
            # For a list of objects, the values of all items are compared ("nested fields", same source).
            return [found for item in value if (found := _at(item, path[index:])) is not None]
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def matches_arguments(arguments: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    """Return whether every given argument equals the top-level field of its name (basic filtering), null included."""
    return all(_equal(payload.get(name), wanted) for name, wanted in arguments.items())
