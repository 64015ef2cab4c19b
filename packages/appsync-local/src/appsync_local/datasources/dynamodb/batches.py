"""BatchGetItem, BatchPutItem, BatchDeleteItem.

Source: AWS AppSync developer guide, "JavaScript resolver function reference for DynamoDB": results are in the order of
the request, with null for items that were not found or not processed, and unprocessed items or keys are listed
separately. "Using DynamoDB batch operations in AWS AppSync": unprocessed items are retried once; items that are
unprocessed again are an error.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from appsync_local.datasources.dynamodb.attribute_values import Item, from_wire, item_from_wire, item_to_wire
from appsync_local.datasources.dynamodb.consumption import item_read_units, reported_units
from appsync_local.datasources.dynamodb.expressions import Expressions
from appsync_local.datasources.result import RequestProblemError, SourceError, SourceResult, field_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from appsync_local.datasources.dynamodb.call import DynamoDbCall

_Tables = dict[str, list[Item]]
_ATTEMPTS: Final = 2


async def batch_get_item(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run a BatchGetItem request ``{"tables": {table: {"keys", "consistentRead", "projection"}}}``."""
    tables = field_of(request, "tables", dict)
    keys = {table: _items(field_of(wanted, "keys", list)) for table, wanted in tables.items()}
    if (empty := _without_any(keys)) is not None:
        raise RequestProblemError(f"RequestItem keys '$[tables][{empty}]' can't be empty")
    asked = {table: {"Keys": keys[table], **_read_options(wanted)} for table, wanted in tables.items()}
    found, left = await _get(call, asked)
    unprocessed = {table: keys_left["Keys"] for table, keys_left in left.items()}
    await _count_reads(call, asked, found, unprocessed)
    data = {table: _in_order(keys[table], found.get(table, ())) for table in tables}
    return SourceResult({"data": data, "unprocessedKeys": _plain(tables, unprocessed)}, _incomplete(unprocessed))


async def _get(call: DynamoDbCall, asked: dict[str, Any]) -> tuple[_Tables, dict[str, Any]]:
    """Return the items found by table, and the keys that DynamoDB did not process in two attempts."""
    found: _Tables = {}
    for _ in range(_ATTEMPTS):
        answer = await call.send("BatchGetItem", {"RequestItems": asked})
        for table, items in (answer.get("Responses") or {}).items():
            found.setdefault(table, []).extend(items)
        asked = answer.get("UnprocessedKeys") or {}
        if not asked:
            break
    return found, asked


async def batch_put_item(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run a BatchPutItem request ``{"tables": {table: [item, ...]}}``."""
    return await _write(call, request, "PutRequest", "Item", "unprocessedItems")


async def batch_delete_item(call: DynamoDbCall, request: dict[str, Any]) -> SourceResult:
    """Run a BatchDeleteItem request ``{"tables": {table: [key, ...]}}``."""
    return await _write(call, request, "DeleteRequest", "Key", "unprocessedKeys")


async def _write(call: DynamoDbCall, request: dict[str, Any], kind: str, member: str, left_name: str) -> SourceResult:
    tables = {table: _items(items) for table, items in field_of(request, "tables", dict).items()}
    if (empty := _without_any(tables)) is not None:
        raise RequestProblemError(f"Items list for table '{empty}' can't be empty at path $[tables]")
    asked = {table: [{kind: {member: item}} for item in items] for table, items in tables.items()}
    for _ in range(_ATTEMPTS):
        answer = await call.send("BatchWriteItem", {"RequestItems": asked})
        call.meter.write_units += reported_units(answer)
        asked = answer.get("UnprocessedItems") or {}
        if not asked:
            break
    unprocessed = {table: [write[kind][member] for write in writes] for table, writes in asked.items()}
    data = {
        table: [None if item in unprocessed.get(table, ()) else item_from_wire(item) for item in items]
        for table, items in tables.items()
    }
    return SourceResult({"data": data, left_name: _plain(tables, unprocessed)}, _incomplete(unprocessed))


def _without_any(tables: _Tables) -> str | None:
    """Return the first table without a key or an item in the request."""
    return next((table for table, items in tables.items() if not items), None)


def _incomplete(unprocessed: _Tables) -> SourceError | None:
    if not any(unprocessed.values()):
        return None
    return SourceError(
        "DynamoDB left a part of the batch undone twice: its throughput is exceeded.",
        "DynamoDB:ProvisionedThroughputExceededException",
    )


def _items(values: object) -> list[Item]:
    if not isinstance(values, list):
        raise RequestProblemError(f"Not a list of attribute value maps: {values!r}.")
    return [item_to_wire(value) for value in values]


def _read_options(wanted: dict[str, Any]) -> dict[str, Any]:
    expressions = Expressions()
    expressions.add("ProjectionExpression", wanted.get("projection"))
    return {"ConsistentRead": bool(wanted.get("consistentRead")), **expressions.parameters}


async def _count_reads(call: DynamoDbCall, asked: dict[str, Any], found: _Tables, unprocessed: _Tables) -> None:
    """Count the read units: each item is rounded separately, and a missing item costs as much as the smallest one."""
    if any("ProjectionExpression" in wanted for wanted in asked.values()):
        # A projection does not reduce the units; the whole items are read again only to determine their sizes.
        whole = {
            table: {"Keys": wanted["Keys"], "ConsistentRead": wanted["ConsistentRead"]}
            for table, wanted in asked.items()
        }
        found = (await call.send("BatchGetItem", {"RequestItems": whole})).get("Responses", {})
    for table, wanted in asked.items():
        items = found.get(table, [])
        missing = len(wanted["Keys"]) - len(unprocessed.get(table, ())) - len(items)
        for item in [*items, *[None] * max(0, missing)]:
            call.meter.read_units += item_read_units(item, consistent=wanted["ConsistentRead"])


def _in_order(keys: list[Item], items: Iterable[Item]) -> list[dict[str, Any] | None]:
    """Return the items in the order of the keys, or unordered if a projection excludes the keys."""
    found = list(items)
    names = sorted(keys[0]) if keys else []
    if any(name not in item for item in found for name in names):
        return [item_from_wire(item) for item in found]
    by_key = {_identity(names, item): item for item in found}
    return [item_from_wire(by_key.get(_identity(names, key))) for key in keys]


def _identity(names: list[str], item: Item) -> str:
    """Return the key of an item as text, with numbers normalized."""
    return json.dumps([from_wire(item[name]) for name in names if name in item])


def _plain(tables: Iterable[str], items: _Tables) -> dict[str, list[dict[str, Any] | None]]:
    return {table: [item_from_wire(item) for item in items.get(table, ())] for table in tables}
