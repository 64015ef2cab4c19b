"""TransactGetItems and TransactWriteItems.

Source: AWS AppSync developer guide, "JavaScript resolver function reference for DynamoDB".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError
from appsync_local.datasources.dynamodb.attribute_values import item_from_wire, item_to_wire
from appsync_local.datasources.dynamodb.call import source_error
from appsync_local.datasources.dynamodb.consumption import reported_units, transaction_read_units
from appsync_local.datasources.dynamodb.expressions import Expressions
from appsync_local.datasources.result import RequestProblemError, SourceResult, field_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from appsync_local.datasources.dynamodb.call import DynamoDbCall


async def transact_get_items(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run ``{"transactItems": [{"table", "key", "projection"}]}``; return ``{"items", "cancellationReasons"}``."""
    wanted = field_of(request, "transactItems", list)
    gets = [_get(item) for item in wanted]
    try:
        answer = await call.send("TransactGetItems", {"TransactItems": gets})
    except AwsError as refused:
        return SourceResult({"items": None, "cancellationReasons": _reasons(refused)}, source_error(refused))
    found = [response.get("Item") for response in answer.get("Responses", ())]
    whole = found
    if any("ProjectionExpression" in get["Get"] for get in gets):
        # A projection does not reduce the units; the whole items are read again only to determine their sizes.
        plain = [{"Get": {name: get["Get"][name] for name in ("TableName", "Key")}} for get in gets]
        whole = [
            part.get("Item") for part in (await call.send("TransactGetItems", {"TransactItems": plain}))["Responses"]
        ]
    call.meter.read_units += transaction_read_units(item or None for item in whole)
    return SourceResult({"items": [item_from_wire(item or None) for item in found], "cancellationReasons": None})


async def transact_write_items(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run ``{"transactItems": [{"table", "operation", "key", ...}]}``; return ``{"keys", "cancellationReasons"}``."""
    wanted = field_of(request, "transactItems", list)
    writes = [_write(item) for item in wanted]
    try:
        answer = await call.send("TransactWriteItems", {"TransactItems": writes})
    except AwsError as refused:
        return SourceResult({"keys": None, "cancellationReasons": _reasons(refused)}, source_error(refused))
    call.meter.write_units += reported_units(answer)
    keys = [item_from_wire(item_to_wire(item["key"])) for item in wanted]
    return SourceResult({"keys": keys, "cancellationReasons": None})


def _get(item: dict[str, Any]) -> dict[str, Any]:
    target = _target(item)
    expressions = Expressions()
    expressions.add("ProjectionExpression", item.get("projection"))
    return {"Get": {**target, **expressions.parameters}}


def _target(item: dict[str, Any]) -> dict[str, Any]:
    return {"TableName": field_of(item, "table", str), "Key": item_to_wire(field_of(item, "key", dict))}


def _write(item: dict[str, Any]) -> dict[str, Any]:
    operation = field_of(item, "operation", str)
    build = _WRITES.get(operation)
    if build is None:
        raise RequestProblemError(f"Unsupported operation '{operation}'.")
    expressions = Expressions()
    condition = item.get("condition")
    expressions.add("ConditionExpression", condition)
    if condition is not None and condition.get("returnValuesOnConditionCheckFailure") is not False:
        expressions.parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return build(item, expressions)


def _put(item: dict[str, Any], expressions: Expressions) -> dict[str, Any]:
    target = _target(item)
    values = {**item_to_wire(item.get("attributeValues") or {}), **target.pop("Key")}
    return {"Put": {**target, "Item": values, **expressions.parameters}}


def _update(item: dict[str, Any], expressions: Expressions) -> dict[str, Any]:
    expressions.add("UpdateExpression", field_of(item, "update", dict))
    return {"Update": {**_target(item), **expressions.parameters}}


def _delete(item: dict[str, Any], expressions: Expressions) -> dict[str, Any]:
    return {"Delete": {**_target(item), **expressions.parameters}}


def _condition_check(item: dict[str, Any], expressions: Expressions) -> dict[str, Any]:
    return {"ConditionCheck": {**_target(item), **expressions.parameters}}


_WRITES: dict[str, Callable[[dict[str, Any], Expressions], dict[str, Any]]] = {
    "PutItem": _put,
    "UpdateItem": _update,
    "DeleteItem": _delete,
    "ConditionCheck": _condition_check,
}


def _reasons(refused: AwsError) -> list[dict[str, Any]] | None:
    """Return ``[{"type", "message", "item"}]``, one per item of the transaction; None if it failed as a whole."""
    reasons = refused.details.get("CancellationReasons")
    if reasons is None:
        return None
    return [
        {
            "type": reason.get("Code") or "None",
            "message": reason.get("Message"),
            "item": item_from_wire(reason.get("Item")),
        }
        for reason in reasons
    ]
