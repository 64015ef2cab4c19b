"""Conversion between DynamoDB items and plain Python: whole numbers become ``int``, sets become sorted lists."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef

Row = dict[str, Any]

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def to_item(row: Mapping[str, Any]) -> dict[str, UniversalAttributeValueTypeDef]:
    """Return the row as a DynamoDB item, without attributes that are None: NULL is never written."""
    return {name: _serializer.serialize(value) for name, value in row.items() if value is not None}


def to_row(item: Mapping[str, Any]) -> Row:
    """Return an item of a response or of a stream record as a row."""
    return {name: plain(_deserializer.deserialize(value)) for name, value in item.items()}


def plain(value: Any) -> Any:  # noqa: ANN401 - any attribute value
    """Return the value without the special types of boto3's deserializer."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | set | frozenset):
        items = [plain(inner) for inner in value]
        return sorted(items) if isinstance(value, set | frozenset) else items
    return value
