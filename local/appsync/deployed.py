"""One version of one API, ready to answer: its schema with a resolve function on every field."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from graphql import GraphQLObjectType, is_introspection_type

from local.appsync.authentication import Authenticator
from local.appsync.authorization import not_authorized
from local.appsync.documents import DocumentCache
from local.appsync.errors import FieldFailureError, error_entry
from local.appsync.fields import FieldError, FieldRequest, Meter
from local.appsync.realtime.projection import ProjectionFactory
from local.appsync.schema import SchemaError, build_schema
from local.appsync.selections import selection_set_graphql, selection_set_list

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from graphql import GraphQLResolveInfo

    from local.appsync.api import GraphqlApi, Resolver
    from local.appsync.authorization import Caller
    from local.appsync.backend import Backend
    from local.appsync.documents import Document
    from local.appsync.fields import FieldOutcome
    from local.appsync.schema import FieldAccess

MAXIMUM_RESOLVERS: Final = 10_000
"""AppSync's own limit on resolvers in one request, where the API sets none."""
_MAXIMUM_INVALIDATIONS: Final = 5


class FieldResolver(Protocol):
    """Runs the resolver of one field: local.appsync.resolver.resolve_field with runtime and backend filled in."""

    def __call__(
        self, api: GraphqlApi, resolver: Resolver, request: FieldRequest, meter: Meter
    ) -> Awaitable[FieldOutcome]:
        """Never raises for what resolver code or a data source does; that is in the outcome."""
        ...


class OperationContext:
    """What the fields of one running operation share."""

    __slots__ = (
        "api",
        "caller",
        "concrete_types",
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
        self.document = document
        self.variables = variables
        self.headers = headers
        self.resolve = resolve
        self.meter = Meter()
        self.entries: list[dict[str, Any]] = []
        self.response_headers: dict[str, str] = {}
        self.invalidations: list[dict[str, Any]] = []
        self.denied_root_fields: frozenset[str] = frozenset()
        self.concrete_types: dict[tuple[str | int, ...], str] = {}
        self.resolvers_left = api.resolver_count_limit or MAXIMUM_RESOLVERS
        self.running: set[asyncio.Task[Any]] = set()
        self.traces: list[dict[str, Any]] = []

    def check_access(self, type_name: str, field_name: str, access: FieldAccess, *, root: bool) -> None:
        """Refuse a field that the caller may not read.

        Raises:
            FieldFailureError: Unauthorized.
        """
        if not self.caller.may_read(type_name, field_name, access) or (root and field_name in self.denied_root_fields):
            raise FieldFailureError(not_authorized(type_name, field_name))

    def request_for(self, source: object, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> FieldRequest:
        """What a resolver sees of the request."""
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
        """Take over what a resolver left behind beside its result; its fatal error is raised by the caller."""
        self.response_headers.update(outcome.response_headers)
        if not outcome.failed:
            self.invalidations += outcome.invalidations
        appended = outcome.errors[:-1] if outcome.failed else outcome.errors
        if len(self.invalidations) > _MAXIMUM_INVALIDATIONS:
            del self.invalidations[_MAXIMUM_INVALIDATIONS:]
            appended = [*appended, FieldError("Only 5 invalidateSubscriptions calls are allowed in one request.")]
        for error in appended:
            self.entries.append(error_entry(error, info.path.as_list(), _field_locations(info)))


def _field_locations(info: GraphQLResolveInfo) -> list[dict[str, Any]] | None:
    place = info.field_nodes[0].loc
    if place is None:
        return None
    token = place.start_token
    return [{"line": token.line, "column": token.column, "sourceName": None}]


class DeployedApi:
    """An API that can be called.

    Raises:
        SchemaError: the API has no schema, or one that AppSync would have refused.
    """

    def __init__(self, api: GraphqlApi, backend: Backend) -> None:
        if not api.sdl:
            raise SchemaError([f"API {api.id} has no schema."])
        self.api = api
        self.executable = build_schema(api.sdl)
        self.schema = self.executable.schema
        self.authenticator = Authenticator(api, backend)
        self.projections = ProjectionFactory(self.executable)
        self.documents = DocumentCache(self.schema, introspection=api.introspection)
        self._attach_resolvers()

    def _attach_resolvers(self) -> None:
        roots = {root.name for root in (self.schema.query_type, self.schema.mutation_type) if root is not None}
        for named in self.schema.type_map.values():
            if not isinstance(named, GraphQLObjectType) or is_introspection_type(named):
                continue
            for name, field in named.fields.items():
                access = self.executable.access_to(named.name, name)
                resolver = self.api.resolvers.get((named.name, name))
                root = named.name in roots
                if resolver is None:
                    field.resolve = _property_reader(named.name, name, access, root=root)
                else:
                    field.resolve = _resolver_runner(resolver, access, root=root)


def _property_reader(type_name: str, field_name: str, access: FieldAccess, *, root: bool) -> Callable[..., Any]:
    """A field without a resolver is the property of its name of what the parent resolved to."""

    def read(source: object, info: GraphQLResolveInfo, **_: object) -> object:
        info.context.check_access(type_name, field_name, access, root=root)
        return source.get(field_name) if isinstance(source, dict) else None

    return read


def _resolver_runner(resolver: Resolver, access: FieldAccess, *, root: bool) -> Callable[..., Any]:
    async def run(source: object, info: GraphQLResolveInfo, **arguments: object) -> object:
        context: OperationContext = info.context
        context.check_access(resolver.type_name, resolver.field_name, access, root=root)
        if context.resolvers_left <= 0:
            raise FieldFailureError(
                FieldError("Resolver invocation limit reached.", type="ResolverExecutionLimitReached")
            )
        context.resolvers_left -= 1
        outcome = await _tracked(context, resolver, context.request_for(source, info, arguments), info)
        context.collect(outcome, info)
        if outcome.failed:
            raise FieldFailureError(outcome.errors[-1])
        return outcome.result

    return run


async def _tracked(
    context: OperationContext, resolver: Resolver, request: FieldRequest, info: GraphQLResolveInfo
) -> FieldOutcome:
    """Run the resolver; remember its task, so that none outlives the operation, and what it took."""
    task = asyncio.current_task()
    if task is not None:
        context.running.add(task)
    started = time.perf_counter_ns()
    try:
        outcome = await context.resolve(context.api, resolver, request, context.meter)
    finally:
        if task is not None:
            context.running.discard(task)
    context.traces.append(
        {
            "path": info.path.as_list(),
            "parentType": resolver.type_name,
            "fieldName": resolver.field_name,
            "returnType": str(info.return_type),
            "duration": time.perf_counter_ns() - started,
            "errors": [error.type for error in outcome.errors],
        }
    )
    return outcome
