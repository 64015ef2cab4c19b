"""Types of the resolvers' arguments, from the schema and the pipelines: ``graphql/shared/operations.d.ts``.

``graphql/shared/types.d.ts`` makes the types of ``ctx`` from them, so that code that reads an argument that its
operation does not have, or a function that reads one that only some of its operations have, fails ``tsc``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphql import InputObjectTypeDefinitionNode, ListTypeNode, NamedTypeNode, NonNullTypeNode, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FieldDefinitionNode, InputValueDefinitionNode, ObjectTypeDefinitionNode, TypeNode

    from stacks.resolvers import Resolver

_SCALARS: Final = {"Int": "number", "Float": "number", "Boolean": "boolean"}


def operation_types(
    text: str,
    objects: Mapping[str, ObjectTypeDefinitionNode],
    enums: Sequence[str],
    resolvers: Sequence[Resolver],
    notice: str,
) -> Iterator[str]:
    """Yield the lines of the declarations.

    Args:
        text: the schema.
        objects: its object types by name.
        enums: the names of its enums.
        resolvers: all resolvers.
        notice: the first line's text.
    """
    inputs = [
        node for node in parse(text, no_location=True).definitions if isinstance(node, InputObjectTypeDefinitionNode)
    ]
    named = {*enums, *(node.name.value for node in inputs)}
    lines = list(_inputs(inputs, named))
    lines += ["", "/** Operation -> its arguments. */", "export type Arguments = {"]
    for resolver in resolvers:
        fields = {field.name.value: field for field in objects[resolver.type_name].fields}
        lines.append(f"  '{_operation(resolver)}': {_arguments(fields[resolver.field_name], named)};")
    lines += ["};", "", "/** Function of a pipeline -> the operations that run it. */", "export type Callers = {"]
    for name in sorted({name for resolver in resolvers for name in resolver.pipeline}):
        callers = [_operation(resolver) for resolver in resolvers if name in resolver.pipeline]
        lines.append(f"  {name}:")
        lines += [f"    | '{caller}'{';' if caller == callers[-1] else ''}" for caller in callers]
    lines += ["};", ""]
    used = [name for name in enums if any(f" {name}" in line for line in lines)]
    yield f"/** {notice} */"
    yield "import type {"
    yield from (f"  {name}," for name in used)
    yield "} from './contract';"
    yield from lines


def _operation(resolver: Resolver) -> str:
    return f"{resolver.type_name}.{resolver.field_name}"


def _inputs(inputs: Sequence[InputObjectTypeDefinitionNode], named: set[str]) -> Iterator[str]:
    for node in inputs:
        yield ""
        yield f"export type {node.name.value} = {{"
        yield from (f"  {_property(field, named)};" for field in node.fields)
        yield "};"


def _arguments(field: FieldDefinitionNode, named: set[str]) -> str:
    properties = [_property(argument, named) for argument in field.arguments]
    return f"{{ {'; '.join(properties)} }}" if properties else "{}"


def _property(value: InputValueDefinitionNode, named: set[str]) -> str:
    """Return a property; an argument that may be null may also be omitted."""
    optional = "" if isinstance(value.type, NonNullTypeNode) else "?"
    return f"{value.name.value}{optional}: {_in_typescript(value.type, named)}"


def _in_typescript(node: TypeNode, named: set[str]) -> str:
    if isinstance(node, NonNullTypeNode):
        return _not_null(node.type, named)
    return f"{_not_null(node, named)} | null"


def _not_null(node: TypeNode, named: set[str]) -> str:
    if isinstance(node, ListTypeNode):
        item = _in_typescript(node.type, named)
        return f"({item})[]" if " " in item else f"{item}[]"
    if not isinstance(node, NamedTypeNode):
        raise TypeError(f"not a type of an argument: {node}")
    name = node.name.value
    return name if name in named else _SCALARS.get(name, "string")
