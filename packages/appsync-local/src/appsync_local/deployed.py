"""One version of a deployed API, ready to execute: its schema with a resolve function on every field."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, is_introspection_type

from appsync_local.authentication import Authenticator
from appsync_local.documents import DocumentCache
from appsync_local.errors import FieldFailureError
from appsync_local.fields import FieldError
from appsync_local.realtime.projection import ProjectionFactory
from appsync_local.schema import SchemaError, build_schema
from appsync_local.selections import error_within

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLResolveInfo

    from appsync_local.api import GraphqlApi, Resolver
    from appsync_local.backend import Backend
    from appsync_local.fields import FieldOutcome, FieldRequest
    from appsync_local.operation import OperationContext
    from appsync_local.schema import FieldAccess


class DeployedApi:
    """A deployed API that can execute operations.

    Raises:
        SchemaError: the API has no schema, or one that AppSync would have rejected.
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
    """Return the resolve function of a field without a resolver: it reads the property of that name from the parent."""

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
            raise FieldFailureError(
                error_within(outcome.errors[-1], info.field_nodes, info.fragments, info.variable_values)
            )
        return outcome.result

    return run


async def _tracked(
    context: OperationContext, resolver: Resolver, request: FieldRequest, info: GraphQLResolveInfo
) -> FieldOutcome:
    """Run the resolver. Record its duration, and its task so that it does not outlive the operation.

    Raises:
        FieldFailureError: the request took too long.
    """
    task = asyncio.current_task()
    if task is not None:
        context.running.add(task)
    started = time.perf_counter_ns()
    try:
        async with asyncio.timeout_at(context.deadline):
            outcome = await context.resolve(context.api, resolver, request, context.meter)
    except TimeoutError:
        raise FieldFailureError(FieldError("Execution timed out.", type="ExecutionTimeout")) from None
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
