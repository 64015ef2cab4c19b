"""The client's selections of a field, for ``ctx.info`` and for the data of errors.

Sources: "Info" in "AppSync JavaScript resolver context object reference"; ``util.error`` in "Built-in utilities".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    print_ast,
)
from graphql.execution.values import get_directive_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import FragmentDefinitionNode

    from appsync_local.fields import FieldError


def is_included(node: SelectionNode, variables: dict[str, Any]) -> bool:
    """Return whether ``@skip`` and ``@include`` keep a selection."""
    if not node.directives:
        return True
    skip = get_directive_values(GraphQLSkipDirective, node, variables)
    if skip and skip["if"] is True:
        return False
    include = get_directive_values(GraphQLIncludeDirective, node, variables)
    return not (include and include["if"] is False)


def selection_set_list(
    nodes: list[FieldNode], fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
) -> list[str]:
    """Return the path of every selected field, with slashes, using aliases, and with fragments expanded."""
    paths: dict[str, None] = {}
    for node in nodes:
        if node.selection_set:
            for path in _paths(node.selection_set, "", fragments, variables):
                paths[path] = None
    return list(paths)


def _paths(
    selections: SelectionSetNode,
    prefix: str,
    fragments: dict[str, FragmentDefinitionNode],
    variables: dict[str, Any],
) -> Iterator[str]:
    for selection in selections.selections:
        if not is_included(selection, variables):
            continue
        if isinstance(selection, FieldNode):
            path = prefix + (selection.alias or selection.name).value
            yield path
            if selection.selection_set:
                yield from _paths(selection.selection_set, path + "/", fragments, variables)
        elif isinstance(selection, InlineFragmentNode):
            yield from _paths(selection.selection_set, prefix, fragments, variables)
        elif isinstance(selection, FragmentSpreadNode):
            yield from _paths(fragments[selection.name.value].selection_set, prefix, fragments, variables)


def selection_set_graphql(nodes: list[FieldNode]) -> str:
    """Return the selection set as GraphQL text, empty if there is none."""
    selections = [selection for node in nodes if node.selection_set for selection in node.selection_set.selections]
    return print_ast(SelectionSetNode(selections=tuple(selections))) if selections else ""


def error_within(
    error: FieldError,
    nodes: list[FieldNode],
    fragments: dict[str, FragmentDefinitionNode],
    variables: dict[str, Any],
) -> FieldError:
    """Return the error with its ``data`` reduced to the client's selection; ``errorInfo`` is not filtered."""
    if error.data is None:
        return error
    return replace(error, data=_within(error.data, nodes, fragments, variables))


def _within(
    value: object, nodes: list[FieldNode], fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
) -> object:
    if isinstance(value, list):
        return [_within(item, nodes, fragments, variables) for item in value]
    selections = [node.selection_set for node in nodes if node.selection_set]
    if not selections or not isinstance(value, dict):
        return value
    kept: dict[str, list[FieldNode]] = {}
    for selection in selections:
        for node in selected_fields(selection, fragments, variables):
            kept.setdefault(node.name.value, []).append(node)
    return {name: _within(value[name], below, fragments, variables) for name, below in kept.items() if name in value}


def selected_fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
) -> Iterator[FieldNode]:
    """Yield the fields of a selection set, including those of its fragments on any type."""
    for selection in selections.selections:
        if not is_included(selection, variables):
            continue
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from selected_fields(selection.selection_set, fragments, variables)
        elif isinstance(selection, FragmentSpreadNode):
            yield from selected_fields(fragments[selection.name.value].selection_set, fragments, variables)
