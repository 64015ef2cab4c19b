"""Runs a GraphQL request against a deployed API and formats the response as AppSync does."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    ExecutionContext,
    ExecutionResult,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationType,
    execute,
    get_named_type,
    is_abstract_type,
)

from appsync_local.documents import depth_of
from appsync_local.errors import (
    MalformedRequestError,
    RequestError,
    UnauthorizedError,
    execution_entry,
    validation_entry,
)
from appsync_local.leaves import complete_leaf
from appsync_local.operation import OperationContext
from appsync_local.realtime.publication import Delivery, Publication, publications_of
from appsync_local.variable_problems import variable_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import (
        FragmentDefinitionNode,
        GraphQLObjectType,
        GraphQLResolveInfo,
        OperationDefinitionNode,
        SelectionSetNode,
    )
    from graphql.pyutils import AwaitableOrValue, Path

    from appsync_local.authorization import Caller
    from appsync_local.backend import Backend
    from appsync_local.deployed import DeployedApi
    from appsync_local.documents import Document
    from appsync_local.fields import Meter
    from appsync_local.operation import FieldResolver

EXECUTION_SECONDS: Final = 30.0
"""AppSync's time limit for one request ("AWS AppSync endpoints and quotas")."""


@dataclass(frozen=True, slots=True)
class GraphqlRequest:
    """The body of a GraphQL request."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None

    @classmethod
    def from_json(cls, body: object) -> GraphqlRequest:
        """Read ``{"query", "variables", "operationName"}``.

        Raises:
            MalformedRequestError: the body has another form; AppSync does not support batches.
        """
        if not isinstance(body, dict):
            raise MalformedRequestError
        query, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
        if not isinstance(query, str) or not query.strip():
            raise MalformedRequestError
        if variables is not None and not isinstance(variables, dict):
            raise MalformedRequestError("variables must be a JSON object.")
        if name is not None and not isinstance(name, str):
            raise MalformedRequestError("operationName must be a string.")
        return cls(query, variables or {}, name)


@dataclass(slots=True)
class OperationResult:
    """The response to an operation and its effects."""

    body: dict[str, Any]
    meter: Meter | None = None
    headers: dict[str, str] = field(default_factory=dict)
    publications: list[Publication] = field(default_factory=list)
    invalidations: list[dict[str, Any]] = field(default_factory=list)
    traces: list[dict[str, Any]] = field(default_factory=list)


async def run_operation(
    deployed: DeployedApi,
    caller: Caller,
    request: GraphqlRequest,
    *,
    headers: Mapping[str, str],
    backend: Backend,
    resolve: FieldResolver,
    seconds: float = EXECUTION_SECONDS,
    delivery: Delivery = "field",
) -> OperationResult:
    """Run a query or a mutation.

    Raises:
        RequestError: the whole request is rejected; errors of fields are in the body.
    """
    document = await deployed.documents.read(request.query)
    if document.problems:
        return OperationResult({"data": None, "errors": list(document.problems)})
    operation = document.operation(request.operation_name)
    _check_operation(deployed, document, operation)
    context = OperationContext(deployed.api, caller, document, request.variables, headers, resolve)
    context.denied_root_fields = await _denied_root_fields(deployed, caller, document, operation, backend)
    context.deadline = asyncio.get_running_loop().time() + seconds
    try:
        result = await _execute(deployed, document, operation, context)
    except RecursionError as error:
        raise MalformedRequestError("The request is nested too deeply.") from error
    return _answer(deployed, operation, context, result, delivery)


def _check_operation(deployed: DeployedApi, document: Document, operation: OperationDefinitionNode) -> None:
    if operation.operation is OperationType.SUBSCRIPTION:
        raise RequestError(400, "BadRequestException", "Subscriptions over MQTT is not supported.")
    limit = deployed.api.query_depth_limit
    if limit:
        depth = depth_of(document, operation)
        if depth > limit:
            raise RequestError(400, "BadRequestException", f"maximum query depth exceeded {depth} > {limit}")


async def _denied_root_fields(
    deployed: DeployedApi,
    caller: Caller,
    document: Document,
    operation: OperationDefinitionNode,
    backend: Backend,
) -> frozenset[str]:
    """Check IAM permissions for every top-level field. As in AppSync, reject the request if all fields are denied."""
    if caller.principal is None:
        return frozenset()
    root = deployed.schema.get_root_type(operation.operation)
    names = _root_fields(operation.selection_set, document.fragments)
    denied = set()
    for name in names:
        resource = f"{deployed.api.arn}/types/{root.name if root else ''}/fields/{name}"
        if not await backend.may(caller.principal, "appsync:GraphQL", resource):
            denied.add(name)
    if names and denied == names:
        raise UnauthorizedError("Permission denied")
    return frozenset(denied)


def _root_fields(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> set[str]:
    names: set[str] = set()
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            names.add(selection.name.value)
        elif isinstance(selection, InlineFragmentNode):
            names |= _root_fields(selection.selection_set, fragments)
        elif isinstance(selection, FragmentSpreadNode):
            names |= _root_fields(fragments[selection.name.value].selection_set, fragments)
    return names


async def _execute(
    deployed: DeployedApi, document: Document, operation: OperationDefinitionNode, context: OperationContext
) -> ExecutionResult:
    pending = execute(
        deployed.schema,
        document.ast,
        context_value=context,
        variable_values=context.variables,
        operation_name=operation.name.value if operation.name else None,
        type_resolver=_concrete_type,
        execution_context_class=_Execution,
        is_awaitable=inspect.iscoroutine,
    )
    try:
        return pending if isinstance(pending, ExecutionResult) else await pending
    finally:
        # A null that propagates to the root ends the operation while sibling fields still run.
        for task in context.running - {asyncio.current_task()}:
            task.cancel()
        context.batches.cancel()


def _concrete_type(value: object, _info: GraphQLResolveInfo, _abstract: object) -> str | None:
    """Return ``__typename``, which AppSync requires in a resolver's result for an interface or a union."""
    name = value.get("__typename") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None


class _Execution(ExecutionContext):
    """Records the concrete types of interfaces and unions, which subscribers' fragments depend on.

    Serializes leaf values as graphql-java does, with its error messages.
    """

    complete_leaf_value = staticmethod(complete_leaf)

    def execute_operation(self, operation: OperationDefinitionNode, root_value: Any) -> Any:  # noqa: ANN401 - graphql-core's
        """Keep the coerced variables for the publications, and execute."""
        self.context_value.coerced_variables = self.variable_values
        return super().execute_operation(operation, root_value)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,  # noqa: ANN401 - graphql-core's signature
    ) -> AwaitableOrValue[dict[str, Any]]:
        if is_abstract_type(get_named_type(info.return_type)):
            self.context_value.concrete_types[tuple(path.as_list())] = return_type.name
        return super().complete_object_value(return_type, field_nodes, info, path, result)


def _entries(
    deployed: DeployedApi, operation: OperationDefinitionNode, context: OperationContext, result: ExecutionResult
) -> list[dict[str, Any]]:
    errors = result.errors or []
    if any(error.path is None for error in errors):  # the variables are invalid, and nothing was executed
        problem = variable_problem(deployed.schema, operation, context.variables)
        return [problem or validation_entry(errors[0].message, errors[0])]
    return [execution_entry(error, deployed.schema) for error in errors]


def _answer(
    deployed: DeployedApi,
    operation: OperationDefinitionNode,
    context: OperationContext,
    result: ExecutionResult,
    delivery: Delivery,
) -> OperationResult:
    entries = _entries(deployed, operation, context, result) + context.entries
    body: dict[str, Any] = {"data": result.data}
    if entries:
        body["errors"] = entries
    publications: list[Publication] = []
    if operation.operation is OperationType.MUTATION and result.data:
        subscriptions = deployed.executable.subscriptions
        publications = publications_of(subscriptions, operation, context, result.data, entries, delivery=delivery)
    return OperationResult(
        body, context.meter, context.response_headers, publications, context.invalidations, context.traces
    )
