"""The shared state of the fields of a running operation, and the interface that runs their resolvers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from graphql import get_named_type

from appsync_local.authorization import not_authorized
from appsync_local.batching import Batches
from appsync_local.errors import FieldFailureError, error_entry
from appsync_local.fields import FieldError, FieldRequest, Meter
from appsync_local.selections import error_within, selection_set_graphql, selection_set_list

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Mapping

    from graphql import GraphQLResolveInfo

    from appsync_local.api import GraphqlApi, Resolver
    from appsync_local.authorization import Caller
    from appsync_local.documents import Document
    from appsync_local.fields import FieldOutcome
    from appsync_local.schema import FieldAccess

MAXIMUM_RESOLVERS: Final = 10_000
"""AppSync's limit on resolvers in one request, if the API sets none."""
_MAXIMUM_INVALIDATIONS: Final = 5


class FieldResolver(Protocol):
    """Runs the resolver of one field: appsync_local.resolver.resolve_field with runtime and backend filled in."""

    def __call__(
        self, api: GraphqlApi, resolver: Resolver, request: FieldRequest, meter: Meter
    ) -> Awaitable[FieldOutcome]:
        """Run the resolver. Errors of resolver code or a data source do not raise; they are in the outcome."""
        ...


class OperationContext:
    """The shared state of the fields of a running operation."""

    __slots__ = (
        "api",
        "batches",
        "caller",
        "coerced_variables",
        "concrete_types",
        "deadline",
        "denied_root_fields",
        "document",
        "entries",
        "headers",
        "invalidations",
        "meter",
        "resolve",
        "resolvers_left",
        "response_headers",
        "running",
        "traces",
        "variables",
    )

    def __init__(
        self,
        api: GraphqlApi,
        caller: Caller,
        document: Document,
        variables: dict[str, Any],
        headers: Mapping[str, str],
        resolve: FieldResolver,
    ) -> None:
        self.api = api
        self.caller = caller
        self.deadline: float | None = None
        """The event loop's time at which running resolvers are ended; None for no limit."""
        self.document = document
        self.variables = variables
        self.coerced_variables: dict[str, Any] = {}
        """The variables as graphql-core coerced them, with defaults; set when the operation is executed."""
        self.headers = headers
        self.resolve = resolve
        self.meter = Meter()
        self.batches = Batches()
        self.entries: list[dict[str, Any]] = []
        self.response_headers: dict[str, str] = {}
        self.invalidations: list[dict[str, Any]] = []
        self.denied_root_fields: frozenset[str] = frozenset()
        self.concrete_types: dict[tuple[str | int, ...], str] = {}
        self.resolvers_left = api.resolver_count_limit or MAXIMUM_RESOLVERS
        self.running: set[asyncio.Task[Any]] = set()
        self.traces: list[dict[str, Any]] = []

    def check_access(self, type_name: str, field_name: str, access: FieldAccess, *, root: bool) -> None:
        """Raise an error if the caller may not read a field.

        Raises:
            FieldFailureError: Unauthorized.
        """
        if not self.caller.may_read(type_name, field_name, access) or (root and field_name in self.denied_root_fields):
            raise FieldFailureError(not_authorized(type_name, field_name))

    def request_for(self, source: object, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> FieldRequest:
        """Return the resolver's view of the request."""
        selected, text = self._selection(info)
        return FieldRequest(
            arguments=arguments,
            source=source,
            identity=self.caller.identity,
            request={"headers": dict(self.headers), "domainName": None},
            info={
                "fieldName": info.field_name,
                "parentTypeName": info.parent_type.name,
                "variables": self.variables,
                "selectionSetList": selected,
                "selectionSetGraphQL": text,
            },
            return_type=get_named_type(info.return_type).name,
            batches=self.batches,
        )

    def _selection(self, info: GraphQLResolveInfo) -> tuple[list[str], str]:
        nodes = info.field_nodes
        reusable = len(nodes) == 1 and not self.document.conditional
        known = self.document.selections.get(id(nodes[0])) if reusable else None
        if known is None:
            selected = selection_set_list(nodes, info.fragments, info.variable_values)
            known = (selected, selection_set_graphql(nodes))
            if reusable:
                self.document.selections[id(nodes[0])] = known
        return known

    def collect(self, outcome: FieldOutcome, info: GraphQLResolveInfo) -> None:
        """Collect a resolver's output besides its result. The caller of this method raises the fatal error."""
        self.response_headers.update(outcome.response_headers)
        if not outcome.failed:
            self.invalidations += outcome.invalidations
        appended = outcome.errors[:-1] if outcome.failed else outcome.errors
        if len(self.invalidations) > _MAXIMUM_INVALIDATIONS:
            del self.invalidations[_MAXIMUM_INVALIDATIONS:]
            appended = [*appended, FieldError("Only 5 invalidateSubscriptions calls are allowed in one request.")]
        for error in appended:
            shown = error_within(error, info.field_nodes, info.fragments, info.variable_values)
            self.entries.append(error_entry(shown, info.path.as_list(), _field_locations(info)))


def _field_locations(info: GraphQLResolveInfo) -> list[dict[str, Any]] | None:
    place = info.field_nodes[0].loc
    if place is None:
        return None
    token = place.start_token
    return [{"line": token.line, "column": token.column, "sourceName": None}]
