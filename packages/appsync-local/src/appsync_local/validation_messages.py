"""Converts graphql-core's validation errors to messages of graphql-java, which AppSync uses.

``Validation error of type <kind>: <message> @ '<path>'``, the form of graphql-java before its version 14. Sources: the
responses of AWS in ``tests/recorded/``; for kinds without a published response, graphql-java's own texts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    VariableDefinitionNode,
)

from appsync_local.argument_values import DocumentProblemError
from appsync_local.errors import validation_entry
from appsync_local.validation_wordings import WORDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphql import DocumentNode


_FIELDS_CONFLICT: Final = re.compile(r"Fields '(\w+)' conflict because (.*)\. Use different aliases", re.DOTALL)
_DIFFERENT_FIELDS: Final = re.compile(r"'(\w+)' and '(\w+)' are different fields")
_DIFFERENT_TYPES: Final = re.compile(r"they return conflicting types '([^']+)' and '([^']+)'")
_PATHLESS: Final = frozenset(
    {
        "DuplicateOperationName",
        "LoneAnonymousOperationViolation",
        "MaxValidationErrorsReached",
        "NonExecutableDefinition",
        "UnusedFragment",
        "UnusedVariable",
    }
)
"""Kinds that graphql-java reports without a path."""
_AT_LAST_NODE: Final = re.compile(r"VariableTypeMismatch|Duplicate")
_AT_NODE_AROUND: Final[dict[str, tuple[type[Node], ...]]] = {
    "DuplicateFragmentName": (FragmentDefinitionNode,),
    "DuplicateOperationName": (OperationDefinitionNode,),
    "DuplicateVariableName": (VariableDefinitionNode,),
    "InlineFragmentTypeConditionInvalid": (InlineFragmentNode, FragmentDefinitionNode),
    "NonInputTypeOnVariable": (VariableDefinitionNode,),
    "SubSelectionNotAllowed": (FieldNode,),
}
"""Kinds for which graphql-core reports a child of the node that graphql-java reports."""


class _Place(NamedTuple):
    """The position of a node: the names of its fragment, its ancestor fields and itself; and its parent node."""

    path: tuple[str, ...]
    parent: Node | None


def problem_entries(ast: DocumentNode, errors: Iterable[GraphQLError]) -> Iterator[dict[str, Any]]:
    """Yield entries of ``errors`` for the validation errors of a document."""
    places: dict[int, _Place] = {}
    for error in errors:
        if error.nodes and not places:
            places = _places(ast)
        kind, message = _worded(error)
        if kind == "FieldUndefined" and not error.message.startswith("Cannot") and "'__" not in error.message:
            continue  # below __schema or __type, which are rejected themselves
        nodes = [_around(kind, node, places) for node in _nodes(kind, error)]
        where = _where(kind, nodes, places)
        yield validation_entry(
            f"Validation error of type {kind}: {message}{where}", GraphQLError(error.message, nodes or None)
        )


def _worded(error: GraphQLError) -> tuple[str, str]:
    if isinstance(error, DocumentProblemError):
        return error.kind, error.message
    conflict = _FIELDS_CONFLICT.match(error.message)
    if conflict is not None:
        return "FieldsConflict", _conflict(conflict[1], conflict[2])
    for wording in WORDINGS:
        match = wording.pattern.match(error.message)
        if match is not None:
            return wording.kind, wording.message.format(*_groups(match))
    return "InvalidSyntax", error.message


def _groups(match: re.Match[str]) -> Iterator[str]:
    """Yield the names in a message. A list or a non-null type has no name in graphql-java."""
    for group in match.groups(""):
        if match.re.pattern.startswith("Field ") and group.endswith(("]", "!")):
            yield "null"
        elif match.re.pattern.startswith("Fragment("):
            yield group.replace("'", "")
        else:
            yield group


def _conflict(name: str, reason: str) -> str:
    """Return a message such as ``a: a and b are different fields``; nested conflicts are in parentheses."""
    if reason.startswith("subfields '"):
        parts = re.split(r" and (?=subfields ')", reason)
        below = [re.fullmatch(r"subfields '(\w+)' conflict because (.*)", part, re.DOTALL) for part in parts]
        return f"{name}: ({', '.join(_conflict(match[1], match[2]) for match in below if match)})"
    fields = _DIFFERENT_FIELDS.match(reason)
    if fields is not None:
        return f"{name}: {fields[1]} and {fields[2]} are different fields"
    types = _DIFFERENT_TYPES.match(reason)
    return f"{name}: {_type_conflict(types[1], types[2]) if types else reason}"


def _type_conflict(first: str, second: str) -> str:
    if first.count("!") != second.count("!"):
        return "fields have different nullability shapes"
    if first.count("[") != second.count("["):
        return "fields have different list shapes"
    return f"they return differing types {first.strip('[]!')} and {second.strip('[]!')}"


def _nodes(kind: str, error: GraphQLError) -> list[Node]:
    """Return the nodes whose locations graphql-java reports."""
    nodes = error.nodes or []
    if kind in {"FieldsConflict", "FragmentCycle"}:
        return nodes
    return nodes[-1:] if _AT_LAST_NODE.match(kind) else nodes[:1]


def _around(kind: str, node: Node, places: dict[int, _Place]) -> Node:
    wanted = _AT_NODE_AROUND.get(kind, (Node,))
    found: Node | None = node
    while found is not None and not isinstance(found, wanted):
        found = places[id(found)].parent if id(found) in places else None
    return found or node


def _where(kind: str, nodes: list[Node], places: dict[int, _Place]) -> str:
    """Return `` @ 'a/b'``, the field names from the operation or the fragment on; empty outside of fields."""
    place = places.get(id(nodes[0])) if nodes and kind not in _PATHLESS else None
    path = place.path if place is not None else ()
    if kind == "FieldsConflict":
        path = path[:-1]
    elif kind == "FragmentCycle":
        path = path[:1]
    return f" @ '{'/'.join(path)}'" if path else ""


def _places(ast: DocumentNode) -> dict[int, _Place]:
    """Return the position of each node, by its identity."""
    places: dict[int, _Place] = {}
    left: list[tuple[Node, tuple[str, ...], Node | None]] = [(ast, (), None)]
    while left:
        node, path, parent = left.pop()
        if isinstance(node, (FieldNode, FragmentDefinitionNode)):
            path = (*path, node.name.value)
        places[id(node)] = _Place(path, parent)
        left += [(child, path, node) for child in _children(node)]
    return places


def _children(node: Node) -> Iterator[Node]:
    for key in node.keys:
        value = getattr(node, key, None)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (member for member in value if isinstance(member, Node))
