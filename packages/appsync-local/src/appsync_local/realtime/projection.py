"""Projects a mutation's payload to the selection of a subscription.

Subscriptions with identical selections share one projection, so that a message is built and serialized once for any
number of recipients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    InlineFragmentNode,
    get_named_type,
)

from appsync_local import json_text
from appsync_local.errors import not_a_list, not_serialized, slashed
from appsync_local.leaves import complete_leaf
from appsync_local.realtime.publication import TYPE_NAME, merged
from appsync_local.selections import is_included

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import (
        FragmentDefinitionNode,
        GraphQLNamedType,
        GraphQLOutputType,
        GraphQLSchema,
        NamedTypeNode,
        SelectionSetNode,
    )

    from appsync_local.authorization import Caller
    from appsync_local.documents import Document
    from appsync_local.schema import ExecutableSchema


@dataclass(frozen=True, slots=True)
class _Selected:
    """A selected field: its response key, its name in the payload, and its own selections."""

    key: str
    name: str
    type: GraphQLOutputType | None
    """None for ``__typename``."""
    only_on: frozenset[str] | None
    """The concrete types of the fragment that selected it; None for all types."""
    children: tuple[_Selected, ...]
    parent: str

    @property
    def signature(self) -> tuple[Any, ...]:
        return (self.key, self.name, self.only_on, tuple(child.signature for child in self.children))


class _NullAboveError(Exception):
    """A null propagates up to the nearest nullable field."""


class Projection:
    """The selection of a subscription, for one version of a schema."""

    __slots__ = ("__weakref__", "_field", "signature")

    def __init__(self, field: _Selected) -> None:
        self._field = field
        self.signature: Final = field.signature

    def payload(self, source: object) -> str:
        """Return the ``payload`` of a ``data`` message as JSON: ``{"data": {...}}``, with ``errors`` if any."""
        errors: list[dict[str, Any]] = []
        try:
            value = _complete(self._field.type, source, self._field, [self._field.key], errors)
            data: dict[str, Any] | None = {self._field.key: value}
        except _NullAboveError:
            data = None
        body: dict[str, Any] = {"data": data}
        if errors:
            body["errors"] = errors
        return json_text.dump(body)


def _complete(
    graphql_type: GraphQLOutputType | None,
    value: object,
    field: _Selected,
    path: list[str | int],
    errors: list[dict[str, Any]],
) -> object:
    if isinstance(graphql_type, GraphQLNonNull):
        completed = _complete(graphql_type.of_type, value, field, path, errors)
        if completed is None:
            if value is None:
                errors.append(_null_error(graphql_type, field, path))
            raise _NullAboveError
        return completed
    if value is None or graphql_type is None:
        return value
    try:
        return _complete_present(graphql_type, value, field, path, errors)
    except _NullAboveError:
        return None


def _complete_present(
    graphql_type: GraphQLOutputType,
    value: object,
    field: _Selected,
    path: list[str | int],
    errors: list[dict[str, Any]],
) -> object:
    """Complete a non-null value. With aliases it can be the value of another field, of any type."""
    if isinstance(graphql_type, GraphQLList):
        if isinstance(value, list):
            return [
                _complete(graphql_type.of_type, item, field, [*path, index], errors) for index, item in enumerate(value)
            ]
        errors.append({"message": not_a_list(path), "path": path})
        return None
    if isinstance(graphql_type, (GraphQLScalarType, GraphQLEnumType)):
        try:
            return complete_leaf(graphql_type, value)
        except GraphQLError as error:
            errors.append({"message": not_serialized(path, error.message), "path": path})
            return None
    return _complete_object(value if isinstance(value, dict) else {}, field, path, errors)


def _complete_object(
    value: dict[str, Any], field: _Selected, path: list[str | int], errors: list[dict[str, Any]]
) -> dict[str, Any]:
    completed: dict[str, Any] = {}
    for child in _applicable(field, value):
        result = _complete(child.type, _value_of(child, value), child, [*path, child.key], errors)
        completed[child.key] = merged(completed.get(child.key), result)
    return completed


def _applicable(field: _Selected, value: dict[str, Any]) -> Iterator[_Selected]:
    concrete = value.get(TYPE_NAME)
    for child in field.children:
        if child.only_on is None or concrete in child.only_on:
            yield child


def _value_of(child: _Selected, value: dict[str, Any]) -> object:
    if child.name == TYPE_NAME:
        return value.get(TYPE_NAME) or child.parent
    return value.get(child.name)


def _null_error(graphql_type: GraphQLOutputType, field: _Selected, path: list[str | int]) -> dict[str, Any]:
    message = (
        f"Cannot return null for non-nullable type: '{get_named_type(graphql_type)}'"
        f" within parent '{field.parent}' ({slashed(path)})"
    )
    return {"message": message, "path": path}


class ProjectionFactory:
    """Creates projections for subscriptions to one version of an API, one per distinct selection."""

    def __init__(self, executable: ExecutableSchema) -> None:
        self._executable = executable
        self._schema: GraphQLSchema = executable.schema
        self._known: WeakValueDictionary[tuple[Any, ...], Projection] = WeakValueDictionary()

    def projection(self, document: Document, node: FieldNode, variables: dict[str, Any]) -> Projection:
        """Return the projection of a subscription field."""
        root = self._schema.subscription_type
        if root is None:
            raise ValueError("The schema has no Subscription type.")
        compiler = _Compiler(self._schema, document.fragments, variables)
        projection = Projection(compiler.field(node, root, None))
        return self._known.setdefault(projection.signature, projection)

    def forbidden_field(
        self, document: Document, node: FieldNode, variables: dict[str, Any], caller: Caller
    ) -> tuple[str, str] | None:
        """Return the first selected (type, field) that the caller may not read, or None.

        AppSync checks the Subscription field and relies on the types' directives for nested fields. Here a subscription
        that selects a field its caller may not read is rejected at its start, so that no event can contain the field.
        """
        root = self._schema.subscription_type
        if root is None:
            return None
        compiler = _Compiler(self._schema, document.fragments, variables)
        for parent, name in _reads(compiler.field(node, root, None), self._schema):
            if not caller.may_read(parent, name, self._executable.access_to(parent, name)):
                return parent, name
        return None


def _reads(field: _Selected, schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    if field.type is not None:
        parent = schema.type_map[field.parent]
        abstract = isinstance(parent, (GraphQLInterfaceType, GraphQLUnionType))
        concrete_types = schema.get_possible_types(parent) if abstract else [parent]  # type: ignore[arg-type]
        for concrete in concrete_types:
            if field.only_on is None or concrete.name in field.only_on:
                yield concrete.name, field.name
    for child in field.children:
        yield from _reads(child, schema)


class _Compiler:
    def __init__(
        self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def field(self, node: FieldNode, parent: GraphQLNamedType, only_on: frozenset[str] | None) -> _Selected:
        name = node.name.value
        fields = parent.fields if isinstance(parent, (GraphQLObjectType, GraphQLInterfaceType)) else {}
        definition = fields.get(name)
        children: tuple[_Selected, ...] = ()
        if definition is not None and node.selection_set is not None:
            children = self._merged(self._children(node.selection_set, get_named_type(definition.type), None))
        return _Selected(
            key=(node.alias or node.name).value,
            name=name,
            type=definition.type if definition is not None else None,
            only_on=only_on,
            children=children,
            parent=parent.name,
        )

    def _children(
        self,
        selections: SelectionSetNode,
        parent: GraphQLNamedType,
        only_on: frozenset[str] | None,
    ) -> Iterator[_Selected]:
        for selection in selections.selections:
            if not is_included(selection, self._variables):
                continue
            if isinstance(selection, FieldNode):
                yield self.field(selection, parent, only_on)
                continue
            condition, below = self._fragment(selection)
            target = self._schema.type_map[condition.name.value] if condition is not None else parent
            yield from self._children(below, target, self._narrow(parent, target, only_on))

    def _fragment(self, selection: object) -> tuple[NamedTypeNode | None, SelectionSetNode]:
        if isinstance(selection, FragmentSpreadNode):
            fragment = self._fragments[selection.name.value]
            return fragment.type_condition, fragment.selection_set
        if isinstance(selection, InlineFragmentNode):
            return selection.type_condition, selection.selection_set
        raise TypeError(f"A selection is a field or a fragment, not {selection!r}.")

    def _narrow(
        self, parent: GraphQLNamedType, target: GraphQLNamedType, only_on: frozenset[str] | None
    ) -> frozenset[str] | None:
        if isinstance(parent, GraphQLObjectType) or target is parent:
            return only_on
        possible = (
            {concrete.name for concrete in self._schema.get_possible_types(target)}
            if isinstance(target, (GraphQLInterfaceType, GraphQLUnionType))
            else {target.name}
        )
        return frozenset(possible if only_on is None else possible & only_on)

    def _merged(self, children: Iterator[_Selected]) -> tuple[_Selected, ...]:
        """Merge fields that were selected twice, as GraphQL does."""
        found: dict[tuple[str, frozenset[str] | None], _Selected] = {}
        for child in children:
            slot = (child.key, child.only_on)
            before = found.get(slot)
            if before is not None:
                child = _Selected(  # noqa: PLW2901
                    child.key,
                    child.name,
                    child.type,
                    child.only_on,
                    self._merged(iter((*before.children, *child.children))),
                    child.parent,
                )
            found[slot] = child
        return tuple(found.values())
