"""Parses, validates and caches GraphQL documents."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import NoSchemaIntrospectionCustomRule, ValuesOfCorrectTypeRule

from appsync_local.argument_values import ArgumentsOfCorrectTypeRule
from appsync_local.errors import MalformedRequestError, RequestError
from appsync_local.validation_messages import problem_entries

if TYPE_CHECKING:
    from graphql import GraphQLSchema, SelectionSetNode

_KEPT_DOCUMENTS: Final = 500
_MAXIMUM_KEPT_CHARACTERS: Final = 50_000
_MAXIMUM_TOKENS: Final = 15_000
"""The limit of graphql-java, which AppSync uses."""
_MAXIMUM_ERRORS: Final = 20
_LONG_DOCUMENT_CHARACTERS: Final = 2_000
_MAXIMUM_FIELDS: Final = 10_000
"""Nested fragments can expand a few lines to a million fields. Real queries stay far below this limit."""

_RULES: Final = tuple(
    ArgumentsOfCorrectTypeRule if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules
)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document and its validation result."""

    ast: DocumentNode
    problems: tuple[dict[str, Any], ...]
    """Entries for ``errors``; empty if the document is valid."""
    conditional: bool = False
    """Whether the selection can depend on variables, through directives."""
    selections: dict[int, tuple[list[str], str]] = field(default_factory=dict)
    """Cache of ``selectionSetList`` and ``selectionSetGraphQL`` by the identity of the field node."""
    sizes: dict[int, int] = field(default_factory=dict)
    """Cache of the number of fields that an operation selects, by the identity of its node."""

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation to run.

        Raises:
            RequestError: the name is unknown or missing but needed, or the operation selects too many fields.
        """
        found = [node for node in self.ast.definitions if isinstance(node, OperationDefinitionNode)]
        if name:
            found = [node for node in found if node.name is not None and node.name.value == name]
            if not found:
                raise RequestError(400, "BadRequestException", f"Unknown operation named '{name}'.")
        if not found:
            raise MalformedRequestError("The document contains no operation.")
        if len(found) > 1:
            raise RequestError(
                400, "BadRequestException", "Must provide operation name if query contains multiple operations."
            )
        self._check_size(found[0])
        return found[0]

    def _check_size(self, operation: OperationDefinitionNode) -> None:
        count = self.sizes.get(id(operation))
        if count is None:
            count = self.sizes[id(operation)] = _count(operation.selection_set, self.fragments, {})
        if count > _MAXIMUM_FIELDS:
            raise RequestError(
                400, "BadRequestException", f"The operation selects {count} fields; at most {_MAXIMUM_FIELDS} are run."
            )

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """Return the document's fragments by name."""
        return {node.name.value: node for node in self.ast.definitions if isinstance(node, FragmentDefinitionNode)}


class DocumentCache:
    """A cache of recently executed documents of one version of an API."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        self._rules = _RULES if introspection else (*_RULES, NoSchemaIntrospectionCustomRule)
        self._documents: OrderedDict[str, Document] = OrderedDict()

    async def read(self, query: str) -> Document:
        """Return a parsed and validated document, from the cache if possible.

        Raises:
            MalformedRequestError: the document is not valid GraphQL syntax.
        """
        document = self._documents.get(query)
        if document is not None:
            self._documents.move_to_end(query)
            return document
        # Comparing all pairs of fields takes seconds for a malicious document; it must not block other requests.
        if len(query) > _LONG_DOCUMENT_CHARACTERS:
            document = await asyncio.to_thread(self._prepare, query)
        else:
            document = self._prepare(query)
        if len(query) <= _MAXIMUM_KEPT_CHARACTERS:
            self._documents[query] = document
            if len(self._documents) > _KEPT_DOCUMENTS:
                self._documents.popitem(last=False)
        return document

    def _prepare(self, query: str) -> Document:
        try:
            ast = parse(query, max_tokens=_MAXIMUM_TOKENS)
            errors = self._validate(ast)
        except (GraphQLError, RecursionError) as error:
            raise MalformedRequestError from error
        return Document(ast, tuple(problem_entries(ast, errors)), conditional="@" in query)

    def _validate(self, ast: DocumentNode) -> list[GraphQLError]:
        try:
            return validate(self._schema, ast, self._rules, max_errors=_MAXIMUM_ERRORS)
        except GraphQLError as error:
            # The rule for a single root field evaluates @skip and @include of a subscription without the variables.
            return [error]


def _count(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], known: dict[str, int]) -> int:
    """Return the number of fields with all fragments expanded."""
    count = 0
    for selection in selections.selections:
        if isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if name not in known:
                known[name] = _count(fragments[name].selection_set, fragments, known)
            count += known[name]
        elif isinstance(selection, FieldNode):
            count += 1 + (_count(selection.selection_set, fragments, known) if selection.selection_set else 0)
        elif isinstance(selection, InlineFragmentNode):
            count += _count(selection.selection_set, fragments, known)
    return count


def depth_of(document: Document, operation: OperationDefinitionNode) -> int:
    """Return the depth of the selection, as counted for ``queryDepthLimit``."""
    return _depth(operation.selection_set, document.fragments, {})


def _depth(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], known: dict[str, int]) -> int:
    deepest = 0
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            below = _depth(selection.selection_set, fragments, known) if selection.selection_set else 0
            depth = below + 1
        elif isinstance(selection, InlineFragmentNode):
            depth = _depth(selection.selection_set, fragments, known)
        elif isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if name not in known:
                known[name] = _depth(fragments[name].selection_set, fragments, known)
            depth = known[name]
        deepest = max(deepest, depth)
    return deepest
