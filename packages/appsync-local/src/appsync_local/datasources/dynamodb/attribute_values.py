"""Converts attribute values from AppSync's less strict format to DynamoDB's, and to plain values.

AppSync accepts numbers as JSON numbers (``{"N": 1}``) and null as ``{"NULL": null}``. It returns sets as lists and
binary values as base64 text.
"""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from appsync_local.datasources.result import RequestProblemError, unexpected

if TYPE_CHECKING:
    from collections.abc import Callable

AttributeValue = dict[str, Any]
Item = dict[str, AttributeValue]


def to_wire(value: object, place: str = "$") -> AttributeValue:
    """Return an attribute value in DynamoDB's format. ``place`` is its path in the request.

    Raises:
        RequestProblemError: the value is not an attribute value.
    """
    if not isinstance(value, dict):
        raise unexpected(value, f"object for attribute value '{place}'")
    if len(value) != 1:
        raise RequestProblemError(f"Not an attribute value: {value!r}.")
    ((kind, content),) = value.items()
    convert = _TO_WIRE.get(kind)
    if convert is None:
        raise RequestProblemError(f"Unknown attribute value type {kind!r}.")
    return {kind: convert(content)}


def item_to_wire(values: object, place: str = "$") -> Item:
    """Return a map of attribute values in DynamoDB's format. ``place`` is its path in the request.

    Raises:
        RequestProblemError: the value is not an attribute value.
    """
    if not isinstance(values, dict):
        raise unexpected(values, f"object for '{place}'")
    return {name: to_wire(value, f"{place}[{name}]") for name, value in values.items()}


def from_wire(value: AttributeValue) -> Any:  # noqa: ANN401 - any JSON
    """Return the plain value of an attribute value."""
    ((kind, content),) = value.items()
    return _FROM_WIRE[kind](content)


def item_from_wire(item: Item | None) -> dict[str, Any] | None:
    """Return the item with plain values."""
    return None if item is None else {name: from_wire(value) for name, value in item.items()}


def _number_to_wire(number: object) -> str:
    if isinstance(number, str):
        return _checked_number(number)
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise RequestProblemError(f"Not a number: {number!r}.")
    # repr is the shortest text that parses to the same double; Decimal formats it without an exponent.
    return str(number) if isinstance(number, int) else format(Decimal(repr(number)), "f")


def _checked_number(text: str) -> str:
    try:
        is_number = Decimal(text).is_finite() and "_" not in text
    except InvalidOperation:
        is_number = False
    if not is_number:
        raise RequestProblemError(f"Not a number: {text!r}.")
    return text


def _text_to_wire(text: object) -> str:
    if not isinstance(text, str):
        raise RequestProblemError(f"Not a string: {text!r}.")
    return text


def _boolean_to_wire(boolean: object) -> bool:
    if not isinstance(boolean, bool):
        raise RequestProblemError(f"Not a boolean: {boolean!r}.")
    return boolean


def _list_of(convert: Callable[[Any], Any]) -> Callable[[object], list[Any]]:
    def convert_all(values: object) -> list[Any]:
        if not isinstance(values, list):
            raise RequestProblemError(f"Not a list: {values!r}.")
        return [convert(value) for value in values]

    return convert_all


_TO_WIRE: dict[str, Callable[[Any], Any]] = {
    "S": _text_to_wire,
    "N": _number_to_wire,
    "B": _text_to_wire,
    "BOOL": _boolean_to_wire,
    "NULL": lambda _: True,
    "L": _list_of(to_wire),
    "M": item_to_wire,
    "SS": _list_of(_text_to_wire),
    "NS": _list_of(_number_to_wire),
    "BS": _list_of(_text_to_wire),
}


def _number_from_wire(text: str) -> int | float:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


_FROM_WIRE: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": _number_from_wire,
    "B": str,
    "BOOL": bool,
    "NULL": lambda _: None,
    "L": lambda values: [from_wire(value) for value in values],
    "M": item_from_wire,
    "SS": list,
    "NS": lambda values: [_number_from_wire(value) for value in values],
    "BS": list,
}
