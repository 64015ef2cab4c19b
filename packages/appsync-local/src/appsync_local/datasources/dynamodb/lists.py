"""Query and Scan.

Source: AWS AppSync developer guide, "JavaScript resolver function reference for DynamoDB".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appsync_local.datasources.dynamodb.attribute_values import item_from_wire
from appsync_local.datasources.dynamodb.consumption import page_read_units
from appsync_local.datasources.dynamodb.expressions import Expressions
from appsync_local.datasources.dynamodb.paging import Paging
from appsync_local.datasources.result import SourceResult, field_of

if TYPE_CHECKING:
    from appsync_local.datasources.dynamodb.call import DynamoDbCall

_OPTIONS = {
    "index": "IndexName",
    "limit": "Limit",
    "scanIndexForward": "ScanIndexForward",
    "select": "Select",
    "consistentRead": "ConsistentRead",
    "segment": "Segment",
    "totalSegments": "TotalSegments",
}


async def query(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run ``{"query", "index", "filter", "limit", "nextToken", "scanIndexForward", ...}`` and return a page."""
    keys = Expressions()
    keys.add("KeyConditionExpression", field_of(request, "query", dict))
    return await _page(call, "Query", request, keys)


async def scan(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run ``{"index", "filter", "limit", "nextToken", "segment", "totalSegments", ...}`` and return a page."""
    return await _page(call, "Scan", {**request, "scanIndexForward": None}, Expressions())


async def _page(call: DynamoDbCall, action: str, request: dict[str, Any], keys: Expressions) -> SourceResult:
    """Return ``{"items", "nextToken", "scannedCount"}``."""
    paging = Paging(
        call.api.id,
        call.table,
        action,
        [request.get(name) for name in ("index", "query", "filter", "scanIndexForward")],
    )
    asked = {"TableName": call.table, **_options(request), **paging.start_key(request.get("nextToken"))}
    unfiltered = {**asked, **keys.parameters}
    unfiltered = {name: dict(value) if isinstance(value, dict) else value for name, value in unfiltered.items()}
    keys.add("FilterExpression", request.get("filter"))
    keys.add("ProjectionExpression", request.get("projection"))
    answer = await call.send(action, {**asked, **keys.parameters})
    items = answer.get("Items", [])
    read = items
    if request.get("filter") is not None or request.get("projection") is not None:
        # Neither reduces the units; the page is read again without them only to determine its size.
        unfiltered.pop("Select", None)
        read = (await call.send(action, unfiltered)).get("Items", [])
    call.meter.read_units += page_read_units(read, consistent=bool(request.get("consistentRead")))
    return SourceResult(
        {
            "items": [item_from_wire(item) for item in items],
            "nextToken": paging.token(answer.get("LastEvaluatedKey")),
            "scannedCount": answer.get("ScannedCount", len(items)),
        }
    )


def _options(request: dict[str, Any]) -> dict[str, Any]:
    return {parameter: request[name] for name, parameter in _OPTIONS.items() if request.get(name) is not None}
