"""GetItem, PutItem, UpdateItem, DeleteItem.

Source: AWS AppSync developer guide, "JavaScript resolver function reference for DynamoDB", in particular "Condition
expressions" for failed conditions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError
from appsync_local.datasources.dynamodb.attribute_values import Item, item_from_wire, item_to_wire
from appsync_local.datasources.dynamodb.call import source_error
from appsync_local.datasources.dynamodb.consumption import item_read_units, reported_units
from appsync_local.datasources.dynamodb.expressions import Expressions
from appsync_local.datasources.dynamodb.refusals import is_refusal, row_after_refusal
from appsync_local.datasources.result import NotRunLocallyError, SourceResult, field_of, optional_field_of

if TYPE_CHECKING:
    from appsync_local.datasources.dynamodb.call import DynamoDbCall


async def get_item(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run ``{"key", "consistentRead", "projection"}`` and return the item or null."""
    expressions = Expressions()
    expressions.add("ProjectionExpression", request.get("projection"))
    consistent = bool(request.get("consistentRead"))
    asked = {
        "TableName": call.table,
        "Key": item_to_wire(field_of(request, "key", dict), "$[key]"),
        "ConsistentRead": consistent,
    }
    found: Item | None = (await call.send("GetItem", {**asked, **expressions.parameters})).get("Item")
    read = found
    if expressions.parameters and found is not None:
        # A projection does not reduce the units; the whole item is read again only to determine its size.
        read = (await call.send("GetItem", asked)).get("Item")
    call.meter.read_units += item_read_units(read, consistent=consistent)
    return SourceResult(item_from_wire(found))


async def put_item(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run ``{"key", "attributeValues", "condition"}`` and return the item as written."""
    key = item_to_wire(field_of(request, "key", dict), "$[key]")
    item = {**item_to_wire(request.get("attributeValues") or {}, "$[attributeValues]"), **key}
    expressions = _with_condition(request)
    try:
        answer = await call.send("PutItem", {"TableName": call.table, "Item": item, **expressions.parameters})
    except AwsError as refused:
        if not is_refusal(refused):
            raise
        found, _ = await row_after_refusal(call, key, request["condition"], refused)
        if found is not None and _is_same(found, item, request):
            return SourceResult(item_from_wire(found))
        return SourceResult(item_from_wire(found), source_error(refused))
    call.meter.write_units += reported_units(answer)
    return SourceResult(item_from_wire(item))


async def update_item(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run ``{"key", "update", "condition"}`` and return the updated item."""
    expressions = _with_condition(request)
    expressions.add("UpdateExpression", field_of(request, "update", dict))
    key = item_to_wire(field_of(request, "key", dict), "$[key]")
    asked = {"TableName": call.table, "Key": key, "ReturnValues": "ALL_NEW"}
    try:
        answer = await call.send("UpdateItem", {**asked, **expressions.parameters})
    except AwsError as refused:
        if not is_refusal(refused):
            raise
        found, _ = await row_after_refusal(call, key, request["condition"], refused)
        return SourceResult(item_from_wire(found), source_error(refused))
    call.meter.write_units += reported_units(answer)
    return SourceResult(item_from_wire(answer.get("Attributes")))


async def delete_item(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run ``{"key", "condition"}`` and return the deleted item, or null."""
    expressions = _with_condition(request)
    key = item_to_wire(field_of(request, "key", dict), "$[key]")
    asked = {"TableName": call.table, "Key": key, "ReturnValues": "ALL_OLD"}
    try:
        answer = await call.send("DeleteItem", {**asked, **expressions.parameters})
    except AwsError as refused:
        if not is_refusal(refused):
            raise
        found, has_looked = await row_after_refusal(call, key, request["condition"], refused)
        if found is None and has_looked:
            return SourceResult()  # the item does not exist, as wanted
        return SourceResult(item_from_wire(found), source_error(refused))
    call.meter.write_units += reported_units(answer)
    return SourceResult(item_from_wire(answer.get("Attributes")))


def _with_condition(request: dict[str, Any]) -> Expressions:
    expressions = Expressions()
    condition = request.get("condition")
    if condition is not None:
        expressions.add("ConditionExpression", condition)
        handler = condition.get("conditionalCheckFailedHandler")
        if handler is not None and field_of(handler, "strategy", str) != "Reject":
            raise NotRunLocallyError("conditionalCheckFailedHandler with the strategy Custom is not run locally.")
        expressions.parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return expressions


def _is_same(found: Item, wanted: Item, request: dict[str, Any]) -> bool:
    """Return whether the existing item equals the item to write, which AppSync treats as success."""
    ignored = optional_field_of(request["condition"], "equalsIgnore", list) or []

    def compared(item: Item) -> dict[str, Any]:
        plain = item_from_wire(item) or {}
        return {name: value for name, value in plain.items() if name not in ignored}

    return compared(found) == compared(wanted)
