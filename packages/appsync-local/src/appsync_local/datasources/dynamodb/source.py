"""Runs a resolver's requests on a DynamoDB data source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from appsync_local.backend import AwsError
from appsync_local.datasources.dynamodb.batches import batch_delete_item, batch_get_item, batch_put_item
from appsync_local.datasources.dynamodb.call import DynamoDbCall, source_error
from appsync_local.datasources.dynamodb.elements import check_elements
from appsync_local.datasources.dynamodb.lists import query, scan
from appsync_local.datasources.dynamodb.single_items import delete_item, get_item, put_item, update_item
from appsync_local.datasources.dynamodb.transactions import transact_get_items, transact_write_items
from appsync_local.datasources.result import NotRunLocallyError, RequestProblemError, SourceResult, field_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from appsync_local.api import DataSource, GraphqlApi
    from appsync_local.backend import Backend
    from appsync_local.fields import Meter

_OPERATIONS: Final[dict[str, Callable[[DynamoDbCall, dict[str, Any]], Awaitable[SourceResult]]]] = {
    "GetItem": get_item,
    "PutItem": put_item,
    "UpdateItem": update_item,
    "DeleteItem": delete_item,
    "Query": query,
    "Scan": scan,
    "BatchGetItem": batch_get_item,
    "BatchPutItem": batch_put_item,
    "BatchDeleteItem": batch_delete_item,
    "TransactGetItems": transact_get_items,
    "TransactWriteItems": transact_write_items,
}


async def call_dynamodb(
    api: GraphqlApi, source: DataSource, request: dict[str, Any], *, backend: Backend, meter: Meter
) -> SourceResult:
    """Run one request. DynamoDB's errors are in the result's error, with type ``DynamoDB:...``.

    Raises:
        RequestProblemError: the request is not valid for DynamoDB.
    """
    operation = field_of(request, "operation", str)
    if operation == "Sync":
        raise NotRunLocallyError("Sync needs conflict detection, which is not run locally.")
    run = _OPERATIONS.get(operation)
    if run is None:
        raise RequestProblemError(f"Unsupported operation '{operation}'.")
    check_elements(operation, request)
    try:
        return await run(DynamoDbCall(api, source, backend=backend, meter=meter), request)
    except AwsError as refused:
        return SourceResult(error=source_error(refused))
