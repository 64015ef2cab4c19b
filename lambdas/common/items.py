"""DynamoDB items as plain Python: numbers become ``int`` where they are whole, sets become lists."""

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
    """Return the row as DynamoDB takes it, without the attributes that are None: a NULL is never written."""
    return {name: _serializer.serialize(value) for name, value in row.items() if value is not None}


def to_row(item: Mapping[str, Any]) -> Row:
    """Return the item of an answer or of a stream record."""
    return {name: plain(_deserializer.deserialize(value)) for name, value in item.items()}


def plain(value: Any) -> Any:  # noqa: ANN401  whatever an attribute may hold
    """Return the value without the types of boto3's deserializer."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | set | frozenset):
        items = [plain(inner) for inner in value]
        return sorted(items) if isinstance(value, set | frozenset) else items
    return value
