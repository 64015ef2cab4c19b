"""Formats values as Java does: messages of graphql-java, which AppSync uses, contain values in this format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    VariableNode,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import ValueNode

_INT_LIMIT: Final = 2**31
_LONG_LIMIT: Final = 2**63


def class_name(value: object) -> str:
    """Return the simple name of a JSON value's Java class, for example ``LinkedHashMap``."""
    if value is None:
        return "null"
    if isinstance(value, int) and not isinstance(value, bool):
        return _integer_class(value)
    names: dict[type, str] = {bool: "Boolean", float: "Double", str: "String", list: "ArrayList"}
    return names.get(type(value), "LinkedHashMap")


def _integer_class(value: int) -> str:
    if -_INT_LIMIT <= value < _INT_LIMIT:
        return "Integer"
    return "Long" if -_LONG_LIMIT <= value < _LONG_LIMIT else "BigInteger"


def text(value: object) -> str:
    """Return a JSON value as formatted by ``String.valueOf``: ``{a=1, b=[true, null]}``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={text(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(text, value)) + "]"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def literal(node: ValueNode) -> str:
    """Return a value of a document as graphql-java formats its node: ``StringValue{value='x'}``."""
    print_node = _LITERALS.get(type(node))
    return print_node(node) if print_node else node.kind


def _list(node: Any) -> str:  # noqa: ANN401 - a ListValueNode, by the table below
    return f"ArrayValue{{values=[{', '.join(map(literal, node.values))}]}}"


def _object(node: Any) -> str:  # noqa: ANN401 - an ObjectValueNode, by the table below
    fields = (f"ObjectField{{name='{field.name.value}', value={literal(field.value)}}}" for field in node.fields)
    return f"ObjectValue{{objectFields=[{', '.join(fields)}]}}"


_LITERALS: Final[dict[type, Callable[[Any], str]]] = {
    BooleanValueNode: lambda node: f"BooleanValue{{value={str(node.value).lower()}}}",
    EnumValueNode: lambda node: f"EnumValue{{name='{node.value}'}}",
    FloatValueNode: lambda node: f"FloatValue{{value={node.value}}}",
    IntValueNode: lambda node: f"IntValue{{value={node.value}}}",
    ListValueNode: _list,
    NullValueNode: lambda _: "NullValue{}",
    ObjectValueNode: _object,
    StringValueNode: lambda node: f"StringValue{{value='{node.value}'}}",
    VariableNode: lambda node: f"VariableReference{{name='{node.name.value}'}}",
}
