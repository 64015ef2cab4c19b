"""Writes the documents of ``graphql/operations`` for the Python client: ``python -m tools.client_operations``.

Each document has the operation and the fragments that it uses.
"""

from __future__ import annotations

import json
import sys
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

from common.commands import Parser, run
from common.exit_codes import EXIT_OK

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "graphql" / "operations"
GENERATED = ROOT / "packages" / "chat-client" / "src" / "chat_client" / "operations.json"


class _Spreads(Visitor):
    """Collects the names of the fragments that a node uses directly."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.add(node.name.value)


def canonical_documents() -> dict[str, str]:
    """Return the document of every field of Query, Mutation and Subscription, by the field's name."""
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


def generated_text() -> str:
    """Return the content of the generated file."""
    return json.dumps(canonical_documents(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _field(operation: OperationDefinitionNode) -> str:
    (field,) = operation.selection_set.selections
    if not isinstance(field, FieldNode):
        message = f"A canonical operation selects one field: {print_ast(operation)}"
        raise TypeError(message)
    return field.name.value


def _used(node: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> list[FragmentDefinitionNode]:
    """Return the fragments that an operation uses, directly or through others, each once."""
    names: list[str] = []
    waiting: list[OperationDefinitionNode | FragmentDefinitionNode] = [node]
    while waiting:
        spreads = _Spreads()
        visit(waiting.pop(), spreads)
        for name in sorted(spreads.names.difference(names)):
            names.append(name)
            waiting.append(fragments[name])
    return [fragments[name] for name in names]


def main(arguments: list[str] | None = None) -> int:
    """Write the file."""
    Parser(prog="python -m tools.client_operations", description=__doc__).parse_args(arguments)
    return run(_write)


def _write() -> int:
    GENERATED.write_text(generated_text(), encoding="utf-8")
    print(f"Wrote {GENERATED.relative_to(ROOT)}")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
