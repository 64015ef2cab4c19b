"""The canonical documents of ``graphql/operations``, each as one that can be sent: the operation and its fragments."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

FOLDER = Path(__file__).resolve().parents[2] / "graphql" / "operations"


class _Spreads(Visitor):
    """Collects the names of the fragments that a node uses itself."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.add(node.name.value)


@cache
def documents() -> dict[str, str]:
    """Return the canonical document of every field of Query, Mutation and Subscription, by the field's name."""
    definitions = [
        definition
        for file in sorted(FOLDER.glob("*.graphql"))
        for definition in parse(file.read_text(encoding="utf-8"), no_location=True).definitions
    ]
    fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
    found = {}
    for node in definitions:
        if isinstance(node, OperationDefinitionNode):
            found[_field(node)] = print_ast(DocumentNode(definitions=(node, *_used(node, fragments))))
    return found


def _field(operation: OperationDefinitionNode) -> str:
    (field,) = operation.selection_set.selections
    if not isinstance(field, FieldNode):
        message = f"A canonical operation selects one field: {print_ast(operation)}"
        raise TypeError(message)
    return field.name.value


def document(field: str) -> str:
    """Return the canonical document of one field.

    Raises:
        KeyError: there is none.
    """
    return documents()[field]


def _used(node: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> list[FragmentDefinitionNode]:
    """The fragments that an operation uses, directly or through others, each once."""
    names: list[str] = []
    waiting: list[OperationDefinitionNode | FragmentDefinitionNode] = [node]
    while waiting:
        spreads = _Spreads()
        visit(waiting.pop(), spreads)
        for name in sorted(spreads.names.difference(names)):
            names.append(name)
            waiting.append(fragments[name])
    return [fragments[name] for name in names]
