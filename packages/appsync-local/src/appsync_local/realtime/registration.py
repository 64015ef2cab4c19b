"""Creates a subscription from a ``start`` message: authorization, resolver, filters."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationType
from graphql.execution.values import get_argument_values, get_variable_values

from appsync_local.authorization import not_authorized
from appsync_local.errors import RequestError
from appsync_local.execution import EXECUTION_SECONDS
from appsync_local.fields import FieldError, FieldRequest, Meter
from appsync_local.filters import FilterError, FilterGroup, compile_filter
from appsync_local.http_exchange import metered
from appsync_local.realtime.subscriptions import Registration
from appsync_local.selections import error_within, selected_fields, selection_set_graphql, selection_set_list
from appsync_local.variable_problems import variable_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import FieldNode, OperationDefinitionNode

    from appsync_local.authorization import Caller
    from appsync_local.backend import Backend
    from appsync_local.deployed import DeployedApi
    from appsync_local.documents import Document
    from appsync_local.execution import GraphqlRequest
    from appsync_local.fields import FieldOutcome
    from appsync_local.operation import FieldResolver


class SubscriptionRefusedError(Exception):
    """The subscription is rejected; ``errors`` go into the ``error`` message for its id."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0].get("message", ""))
        self.errors = errors


def refused(error: FieldError) -> dict[str, Any]:
    """Return an entry of AppSync's ``error`` messages: ``{"errorType", "message"}``, with data and info if any."""
    entry: dict[str, Any] = {"errorType": error.type, "message": error.message}
    if error.data is not None:
        entry["data"] = error.data
    if error.info is not None:
        entry["errorInfo"] = error.info
    return entry


async def register(
    deployed: DeployedApi,
    caller: Caller,
    request: GraphqlRequest,
    *,
    headers: Mapping[str, str],
    backend: Backend,
    resolve: FieldResolver,
) -> Registration:
    """Check a subscription and run its resolver.

    Raises:
        SubscriptionRefusedError: it is invalid, not authorized, or rejected by the resolver.
        RequestError: the document is not valid GraphQL syntax, or no operation matches.
    """
    document = await deployed.documents.read(request.query)
    if document.problems:
        raise SubscriptionRefusedError([{"message": problem["message"]} for problem in document.problems])
    operation = document.operation(request.operation_name)
    if operation.operation is not OperationType.SUBSCRIPTION:
        raise RequestError(
            400, "UnsupportedOperation", f"{operation.operation.value} not supported through the realtime channel"
        )
    variables = _coerced_variables(deployed, operation, request)
    node = next(selected_fields(operation.selection_set, document.fragments, variables), None)
    if node is None:
        raise SubscriptionRefusedError([{"message": "The subscription selects nothing."}])
    await _check_access(deployed, caller, document, node, variables, backend)
    root = _root(deployed)
    arguments = _arguments(deployed, node, variables)
    meter = Meter()
    outcome = await _run_resolver(
        deployed,
        node.name.value,
        FieldRequest(
            arguments=arguments,
            source=None,
            identity=caller.identity,
            request={"headers": dict(headers), "domainName": None},
            info={
                "fieldName": node.name.value,
                "parentTypeName": root,
                "variables": request.variables,
                "selectionSetList": selection_set_list([node], document.fragments, variables),
                "selectionSetGraphQL": selection_set_graphql([node]),
            },
        ),
        resolve,
        meter,
    )
    if outcome is not None and outcome.errors:
        shown = [error_within(error, [node], document.fragments, variables) for error in outcome.errors]
        raise SubscriptionRefusedError([refused(error) for error in shown])
    return Registration(
        field=node.name.value,
        projection=deployed.projections.projection(document, node, variables),
        arguments=arguments,
        filter=_compiled(outcome.subscription_filter if outcome else None),
        invalidation=_compiled(outcome.invalidation_filter if outcome else None),
        expires=caller.expires,
        extensions=metered(headers, meter),
    )


def _root(deployed: DeployedApi) -> str:
    root = deployed.schema.subscription_type
    return root.name if root is not None else "Subscription"


def _coerced_variables(
    deployed: DeployedApi, operation: OperationDefinitionNode, request: GraphqlRequest
) -> dict[str, Any]:
    coerced = get_variable_values(deployed.schema, operation.variable_definitions or (), request.variables)
    if isinstance(coerced, list):
        problem = variable_problem(deployed.schema, operation, request.variables)
        raise SubscriptionRefusedError([{"message": problem["message"] if problem else coerced[0].message}])
    return coerced


async def _check_access(
    deployed: DeployedApi,
    caller: Caller,
    document: Document,
    node: FieldNode,
    variables: dict[str, Any],
    backend: Backend,
) -> None:
    name = node.name.value
    forbidden = deployed.projections.forbidden_field(document, node, variables, caller)
    if forbidden is None and caller.principal is not None:
        resource = f"{deployed.api.arn}/types/{_root(deployed)}/fields/{name}"
        if not await backend.may(caller.principal, "appsync:GraphQL", resource):
            forbidden = (_root(deployed), name)
    if forbidden is not None:
        raise SubscriptionRefusedError([refused(not_authorized(*forbidden))])


def _arguments(deployed: DeployedApi, node: FieldNode, variables: dict[str, Any]) -> dict[str, Any]:
    root = deployed.schema.subscription_type
    definition = root.fields.get(node.name.value) if root is not None else None
    if definition is None:
        raise SubscriptionRefusedError([{"message": f"{node.name.value} is not a subscription."}])
    try:
        return get_argument_values(definition, node, variables)
    except GraphQLError as error:
        raise SubscriptionRefusedError([{"message": error.message}]) from error


async def _run_resolver(
    deployed: DeployedApi, name: str, request: FieldRequest, resolve: FieldResolver, meter: Meter
) -> FieldOutcome | None:
    """Run the field's resolver, if any. Without one, all callers that the directives allow can subscribe."""
    resolver = deployed.api.resolvers.get((_root(deployed), name))
    if resolver is None:
        return None
    try:
        async with asyncio.timeout(EXECUTION_SECONDS):
            outcome = await resolve(deployed.api, resolver, request, meter)
    except TimeoutError as error:
        raise SubscriptionRefusedError(
            [{"errorType": "ExecutionTimeout", "message": "Execution timed out."}]
        ) from error
    return outcome


def _compiled(definition: dict[str, Any] | None) -> FilterGroup | None:
    if definition is None:
        return None
    try:
        return compile_filter(definition)
    except FilterError as error:
        raise SubscriptionRefusedError([{"message": str(error), "errorCode": 400}]) from error
