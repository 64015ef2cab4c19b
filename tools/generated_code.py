"""Generates code from the contract and the schema: ``python -m tools.generated_code [--check]``.

Writes ``graphql/shared/fields.js``, ``graphql/shared/contract.d.ts``, ``graphql/shared/operations.d.ts`` (types of
arguments, see ``tools/operation_types.py``), ``graphql/shared/stashKeys.d.ts`` (keys of the stash, see
``tools/stash_types.py``) and ``lambdas/common/schema_enums.py``, and the selections in
``graphql/operations`` that have all fields of their type: those of fragments on types of the contract and of mutations
whose results subscribers receive. With ``--check`` it writes nothing and exits with 1 if a file differs.
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    OperationDefinitionNode,
    StringValueNode,
    parse,
)

from common.commands import Parser, run
from common.exit_codes import EXIT_OK, REFUSED
from contract.fields import ENTITIES, MESSAGE, ROOM, SELECTION_COMPLETE
from contract.names import ERROR_TYPES, MESSAGE_EVENTS, ROOM_EVENTS
from stacks.resolvers import read_graphql
from tools.operation_types import operation_types
from tools.stash_types import stash_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import TypeNode

    from contract.fields import Entity, Field

ROOT: Final = Path(__file__).resolve().parents[1]
_OPERATIONS: Final = "graphql/operations"
_NOTICE: Final = "Written by `python -m tools.generated_code` from contract/ and graphql/schema.graphql."
_STASH_NOTICE: Final = (
    "Written by `python -m tools.generated_code` from graphql/resolvers, graphql/functions and graphql/shared."
)
_WIDTH: Final = 120
_SCALARS: Final = {"Int": "number", "Boolean": "boolean", "Float": "number"}


class Schema:
    """The types of the schema, without AppSync's scalars and directives."""

    def __init__(self, text: str) -> None:
        definitions = parse(text, no_location=True).definitions
        self.objects = {node.name.value: node for node in definitions if isinstance(node, ObjectTypeDefinitionNode)}
        self.enums = {
            node.name.value: [value.name.value for value in node.values]
            for node in definitions
            if isinstance(node, EnumTypeDefinitionNode)
        }

    def fields(self, type_name: str) -> dict[str, FieldDefinitionNode]:
        """Return the fields of an object type by name."""
        return {field.name.value: field for field in self.objects[type_name].fields}

    def inner(self, field: FieldDefinitionNode) -> str | None:
        """Return the object type of a field or of its list; None for a scalar or an enum."""
        name = _named(field.type)
        return name if name in self.objects else None

    def mutations_with_subscribers(self) -> set[str]:
        """Return the users' mutations whose results are delivered to subscribers."""
        directives = [
            directive
            for field in self.objects["Subscription"].fields
            for directive in field.directives
            if directive.name.value == "aws_subscribe"
        ]
        lists = [argument.value for directive in directives for argument in directive.arguments]
        named = [value for list_ in lists if isinstance(list_, ListValueNode) for value in list_.values]
        names = {value.value for value in named if isinstance(value, StringValueNode)}
        return {name for name in names if not name.startswith("publish")}

    def in_typescript(self, type_name: str, field: str) -> str:
        """Return the TypeScript type of a scalar or enum field, without null."""
        return self._in_typescript(self.fields(type_name)[field].type)

    def _in_typescript(self, node: TypeNode) -> str:
        if isinstance(node, NonNullTypeNode):
            return self._in_typescript(node.type)
        if isinstance(node, ListTypeNode):
            return f"{self._in_typescript(node.type)}[]"
        name = _named(node)
        return name if name in self.enums else _SCALARS.get(name, "string")


def generated(root: Path) -> dict[Path, str]:
    """Return the text of every generated file.

    Args:
        root: the checkout.
    """
    text = (root / "graphql" / "schema.graphql").read_text(encoding="utf-8")
    schema = Schema(text)
    sources = read_graphql(root)
    operations = operation_types(text, schema.objects, [*schema.enums], sources.resolvers, _NOTICE)
    keys = stash_types(sources.authorization, sources.resolvers, _STASH_NOTICE)
    files = {
        root / "graphql" / "shared" / "fields.js": "\n".join(_resolver_code()),
        root / "graphql" / "shared" / "contract.d.ts": "\n".join(_declarations(schema)),
        root / "graphql" / "shared" / "operations.d.ts": "\n".join(operations),
        root / "graphql" / "shared" / "stashKeys.d.ts": "\n".join(keys),
        root / "lambdas" / "common" / "schema_enums.py": "\n".join(_enums(schema)),
    }
    for path in sorted((root / _OPERATIONS).glob("*.graphql")):
        files[path] = with_complete_selections(path.read_text(encoding="utf-8"), schema)
    return files


def with_complete_selections(text: str, schema: Schema) -> str:
    """Return the text with complete selections: in each fragment, and in each mutation that triggers a subscription.

    Args:
        text: a file of operations.
        schema: the API's.
    """
    for node, lines in reversed(list(_complete_selections(text, schema))):
        if node.selection_set is None or node.selection_set.loc is None:
            raise ValueError(f"the selection of {node.name.value} is missing")
        start, end = node.selection_set.loc.start, node.selection_set.loc.end
        before = text[text.rfind("\n", 0, start) + 1 : start]
        margin = " " * (len(before) - len(before.lstrip(" ")))
        body = "".join(f"{margin}  {line}\n" for line in lines)
        text = f"{text[:start]}{{\n{body}{margin}}}{text[end:]}"
    return text


def _complete_selections(text: str, schema: Schema) -> Iterator[tuple[FieldNode | FragmentDefinitionNode, list[str]]]:
    subscribed = schema.mutations_with_subscribers()
    mutations = schema.fields("Mutation")
    for node in parse(text).definitions:
        if isinstance(node, FragmentDefinitionNode) and node.type_condition.name.value in ENTITIES:
            lines = _selection(schema, node.type_condition.name.value)
            yield node, [line for line in lines if line != SELECTION_COMPLETE]
        elif isinstance(node, OperationDefinitionNode):
            (field,) = node.selection_set.selections
            if isinstance(field, FieldNode) and field.name.value in subscribed:
                yield field, _selection(schema, _named(mutations[field.name.value].type))


def _selection(schema: Schema, type_name: str) -> list[str]:
    lines: list[str] = []
    for name, field in schema.fields(type_name).items():
        inner = schema.inner(field)
        if inner is None:
            lines.append(name)
        else:
            lines += [f"{name} {{", *(f"  {line}" for line in _selection(schema, inner)), "}"]
    return lines


def _resolver_code() -> Iterator[str]:
    yield "/**"
    yield f" * {_NOTICE}"
    yield " */"
    for row in _rows():
        yield f"/** @typedef {{import('./types').{row}}} {row} */"
    yield ""
    yield "/** All that subscribers of a type may ask for, as `selectionSetList` names it. */"
    yield "export const selections = {"
    for entity in ENTITIES.values():
        if any(field.name == SELECTION_COMPLETE for field in entity.fields):
            yield f"  {entity.name}: ["
            yield from _wrapped([f"'{path}'" for path in _paths(entity)], 4)
            yield "  ],"
    yield "};"
    yield ""
    yield "/** Attributes of a message that a tombstone lacks. */"
    yield from _list("erasedAttributes", MESSAGE.attributes(erased=True))
    yield ""
    yield "/** Attributes of a room that its next message removes. */"
    yield from _list("passingAttributes", ROOM.attributes(passing=True))
    for entity in ENTITIES.values():
        if entity.row is not None:
            yield from _answer(entity)
    yield ""


def _answer(entity: Entity) -> Iterator[str]:
    name = entity.name[0].lower() + entity.name[1:]
    yield ""
    yield "/**"
    yield f" * @param {{{entity.row}}} row"
    yield f" * @returns the fields of the schema's {entity.name} that are attributes of the row"
    yield " */"
    yield f"export function {name}Fields(row) {{"
    yield "  return {"
    for field in entity.public:
        if field.attribute is not None and not field.computed:
            absent = "" if field.absent is None else f" ?? {_literal(field.absent)}"
            yield f"    {field.name}: row.{field.attribute}{absent},"
    yield "  };"
    yield "}"


def _declarations(schema: Schema) -> Iterator[str]:
    yield f"/** {_NOTICE} */"
    yield "import type { AttachmentRow, LastAction, PreviewRow, UnpublishedEvent } from './types';"
    for name, members in schema.enums.items():
        yield ""
        yield from _union(name, members)
    yield ""
    yield "/** Every `errorType` that the resolvers fail with; see errors.js. */"
    yield from _union("ErrorType", ERROR_TYPES)
    yield ""
    yield "/** Kinds of events that a write leaves in a row for its stream; see unpublished.js. */"
    yield from _union("UnpublishedKind", (*MESSAGE_EVENTS, *ROOM_EVENTS))
    for row in _rows():
        yield ""
        yield from _row(schema, row)
    yield ""


def _rows() -> list[str]:
    return list(dict.fromkeys(entity.row for entity in ENTITIES.values() if entity.row is not None))


def _union(name: str, members: Sequence[str]) -> Iterator[str]:
    line = f"export type {name} = {' | '.join(_literal(member) for member in members)};"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"export type {name} ="
    for number, member in enumerate(members, 1):
        yield f"  | {_literal(member)}{';' if number == len(members) else ''}"


def _row(schema: Schema, row: str) -> Iterator[str]:
    attributes: dict[str, tuple[Entity, Field]] = {}
    for entity in ENTITIES.values():
        if entity.row == row:
            for field in entity.fields:
                if field.attribute is not None:
                    attributes.setdefault(field.attribute, (entity, field))
    yield f"export type {row} = {{"
    for attribute, (entity, field) in attributes.items():
        if field.note is not None:
            yield f"  /** {field.note} */"
        kind = field.type or schema.in_typescript(entity.name, field.name)
        yield f"  {attribute}{'' if field.always else '?'}: {kind};"
    yield "};"


def _enums(schema: Schema) -> Iterator[str]:
    yield '"""The enums of the schema. Written by ``python -m tools.generated_code``."""'
    yield ""
    yield "from typing import Literal"
    yield ""
    for name, members in schema.enums.items():
        line = f"{name} = Literal[{', '.join(json.dumps(member) for member in members)}]"
        if len(line) <= _WIDTH:
            yield line
        else:
            yield f"{name} = Literal["
            yield from (f"    {json.dumps(member)}," for member in members)
            yield "]"
    yield ""


def _paths(entity: Entity) -> list[str]:
    paths = ((field.name, *(f"{field.name}/{name}" for name in field.fields)) for field in entity.public)
    return [path for group in paths for path in group]


def _list(name: str, members: Sequence[str]) -> Iterator[str]:
    yield f"export const {name} = ["
    yield from _wrapped([f"'{member}'" for member in members], 2)
    yield "];"


def _wrapped(members: Sequence[str], indentation: int) -> list[str]:
    margin = " " * indentation
    text = ", ".join(members) + ","
    return textwrap.wrap(text, _WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def _named(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    if not isinstance(node, NamedTypeNode):
        raise TypeError(f"not a type of the schema: {node}")
    return node.name.value


def differing(files: Mapping[Path, str]) -> list[Path]:
    """Return the files whose text differs."""
    return [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare the files; return the exit code."""
    parser = Parser(prog="python -m tools.generated_code", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file differs")
    options = parser.parse_args(arguments)
    return run(_check if options.check else _write)


def _check() -> int:
    outdated = differing(generated(ROOT))
    for path in outdated:
        print(f"{path.relative_to(ROOT)} is outdated; run: python -m tools.generated_code", file=sys.stderr)
    return REFUSED if outdated else EXIT_OK


def _write() -> int:
    files = generated(ROOT)
    for path in differing(files):
        path.write_text(files[path], encoding="utf-8")
        print(path.relative_to(ROOT))
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
