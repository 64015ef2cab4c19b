"""The operations of the schema, grouped by the topics of their canonical documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    FieldDefinitionNode,
    FieldNode,
    InputObjectTypeDefinitionNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    OperationDefinitionNode,
    StringValueNode,
    parse,
    print_ast,
)

from contract.limits import with_limits
from tools.documents import ROOT

if TYPE_CHECKING:
    from graphql import InputValueDefinitionNode, TypeNode

_DOCUMENTS = ROOT / "graphql" / "operations"
_ROOTS = ("Query", "Mutation", "Subscription")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument, or a field of an input type."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One field of Query, Mutation or Subscription."""

    name: str
    root: str
    description: str
    arguments: tuple[Argument, ...]
    result: str
    topic: str | None
    """File name of its canonical document without suffix; None for mutations that only Lambda functions call."""
    document: str
    """Its canonical document, without fragments."""
    mutations: tuple[str, ...]
    """The mutations whose results a subscription delivers."""


def published_schema() -> str:
    """Return the schema with the values of limits, as it is deployed."""
    return with_limits((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8"))


def operations() -> list[Operation]:
    """Return every operation in the order of the schema."""
    schema = parse(published_schema())
    inputs = {node.name.value: node for node in schema.definitions if isinstance(node, InputObjectTypeDefinitionNode)}
    topics = _topics()
    return [
        _operation(node.name.value, field, inputs, topics)
        for node in schema.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in _ROOTS
        for field in node.fields
    ]


def _topics() -> dict[str, tuple[str, str]]:
    """Return topic and document of every operation with a canonical document."""
    found = {}
    for file in sorted(_DOCUMENTS.glob("*.graphql")):
        for node in parse(file.read_text(encoding="utf-8"), no_location=True).definitions:
            if isinstance(node, OperationDefinitionNode):
                (field,) = node.selection_set.selections
                if isinstance(field, FieldNode):
                    found[field.name.value] = (file.stem, print_ast(node))
    return found


def _operation(
    root: str,
    field: FieldDefinitionNode,
    inputs: dict[str, InputObjectTypeDefinitionNode],
    topics: dict[str, tuple[str, str]],
) -> Operation:
    topic, document = topics.get(field.name.value, (None, ""))
    return Operation(
        name=field.name.value,
        root=root,
        description=_described(field),
        arguments=tuple(argument for value in field.arguments for argument in _arguments(value, inputs)),
        result=print_ast(field.type),
        topic=topic,
        document=document,
        mutations=_mutations(field),
    )


def _arguments(
    value: InputValueDefinitionNode, inputs: dict[str, InputObjectTypeDefinitionNode], prefix: str = ""
) -> list[Argument]:
    """Return an argument, followed by its fields if it is an input type."""
    name = f"{prefix}{value.name.value}"
    found = [Argument(name, print_ast(value.type), _described(value))]
    inside = inputs.get(_named(value.type))
    if inside is not None:
        found += [argument for field in inside.fields for argument in _arguments(field, inputs, f"{name}.")]
    return found


def _named(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    return node.name.value if isinstance(node, NamedTypeNode) else ""


def _described(node: FieldDefinitionNode | InputValueDefinitionNode) -> str:
    return node.description.value.strip() if node.description else ""


def _mutations(field: FieldDefinitionNode) -> tuple[str, ...]:
    for directive in field.directives:
        if directive.name.value == "aws_subscribe":
            (argument,) = directive.arguments
            values = argument.value.values if isinstance(argument.value, ListValueNode) else ()
            return tuple(value.value for value in values if isinstance(value, StringValueNode))
    return ()
