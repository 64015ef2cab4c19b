"""Dispatches a resolver's request to its data source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appsync_local.datasources.dynamodb.source import call_dynamodb
from appsync_local.datasources.function import invoke
from appsync_local.datasources.none import pass_through
from appsync_local.datasources.result import NotRunLocallyError, RequestProblemError, SourceResult

if TYPE_CHECKING:
    from appsync_local.api import DataSource, GraphqlApi
    from appsync_local.backend import Backend
    from appsync_local.datasources.function import Gather
    from appsync_local.fields import Meter


async def call_data_source(
    api: GraphqlApi,
    source: DataSource,
    request: object,
    *,
    backend: Backend,
    meter: Meter,
    gather: Gather | None = None,
) -> SourceResult:
    """Send a request handler's request to its data source.

    Args:
        api: the API.
        source: the data source of the resolver or function.
        request: what the request handler returned.
        backend: the AWS services.
        meter: accumulates the cost.
        gather: batches a BatchInvoke with those of the other items of a list; None sends it alone.

    Raises:
        RequestProblemError: the request is not valid for this type of data source, or the type is not supported.
    """
    if request is None and source.type == "NONE":
        return SourceResult()
    if not isinstance(request, dict):
        raise RequestProblemError("The request handler must return an object.")
    if source.type == "NONE":
        return pass_through(request)
    if source.type not in {"AMAZON_DYNAMODB", "AWS_LAMBDA"}:
        raise NotRunLocallyError(f"The data source {source.name} is of type {source.type}, which is not run locally.")
    if source.type == "AWS_LAMBDA":
        return await invoke(source, request, backend=backend, meter=meter, gather=gather)
    meter.round_trips += 1
    return await call_dynamodb(api, source, request, backend=backend, meter=meter)
