"""Item sizes as DynamoDB calculates them.

Source: Amazon DynamoDB developer guide, "DynamoDB item sizes and formats".
"""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from appsync_local.datasources.dynamodb.attribute_values import AttributeValue, Item

_CONTAINER_BYTES: Final = 3
_MEMBER_BYTES: Final = 1
_MOST_NUMBER_BYTES: Final = 21


def item_size(item: Item) -> int:
    """Return the size of an item in bytes: names and values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: AttributeValue) -> int:
    """Return the size of an attribute value in bytes."""
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


def _number_size(text: str) -> int:
    """Return a number's size: one byte per two significant digits, one more, and one for a minus sign.

    Leading and trailing zeros do not count.
    """
    sign, digits, _exponent = Decimal(text).as_tuple()
    significant = "".join(map(str, digits)).strip("0") or "0"
    return min((len(significant) + 1) // 2 + 1 + sign, _MOST_NUMBER_BYTES)


def _binary_size(text: str) -> int:
    try:
        return len(base64.b64decode(text))
    except binascii.Error:
        return len(text)


def _list_size(values: list[AttributeValue]) -> int:
    return _CONTAINER_BYTES + sum(_MEMBER_BYTES + value_size(value) for value in values)


def _map_size(values: Item) -> int:
    return _CONTAINER_BYTES + _MEMBER_BYTES * len(values) + item_size(values)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": lambda text: len(text.encode(errors="surrogatepass")),
    "N": _number_size,
    "B": _binary_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "L": _list_size,
    "M": _map_size,
    "SS": lambda values: sum(len(value.encode(errors="surrogatepass")) for value in values),
    "NS": lambda values: sum(_number_size(value) for value in values),
    "BS": lambda values: sum(_binary_size(value) for value in values),
}
