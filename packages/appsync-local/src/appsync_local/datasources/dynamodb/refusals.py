"""Determines ``ctx.result`` after a PutItem, an UpdateItem or a DeleteItem whose condition failed.

The developer guide ("Condition expressions") documents the row; a context recorded in AWS (aws-appsync-community#343)
has none; and AppSync reads the row with a GetItem after the failure, so it can be newer. Resolvers must be correct in
all three cases, so tests run them in all three modes.
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from appsync_local.datasources.dynamodb.consumption import item_read_units, refused_write_units

if TYPE_CHECKING:
    from appsync_local.backend import AwsError
    from appsync_local.datasources.dynamodb.attribute_values import Item
    from appsync_local.datasources.dynamodb.call import DynamoDbCall

VARIABLE: Final = "APPSYNC_REFUSED_RESULT"
"""The environment variable with the mode. It is read at each failed condition, so that a test can change it."""
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class RefusedResult(StrEnum):
    """The content of ``ctx.result``."""

    PRESENT = "present"
    """The row at the time of the failed condition."""
    ABSENT = "absent"
    """Null, whether or not the row exists; AppSync does not compare it with the wanted row either."""
    NEWER = "newer"
    """The row as read by a GetItem after the failure; other writes can happen in between."""


def refused_result() -> RefusedResult:
    """Return the mode of this process.

    Raises:
        ValueError: the environment variable has another value.
    """
    return RefusedResult(os.environ.get(VARIABLE) or RefusedResult.PRESENT)


def is_refusal(error: AwsError) -> bool:
    """Return whether the write failed because of its condition."""
    return error.code == _CONDITION_FAILED


async def row_after_refusal(
    call: DynamoDbCall, key: Item, condition: dict[str, Any], refused: AwsError
) -> tuple[Item | None, bool]:
    """Return the row for the handler, and whether AppSync has read the table.

    Count the failed write and AppSync's read, which is consistent unless ``consistentRead`` is false.
    DynamoDB's error contains the row, so only the mode `RefusedResult.NEWER` needs to read it.
    """
    found: Item | None = refused.details.get("Item")
    call.meter.write_units += refused_write_units(found)
    mode = refused_result()
    if mode is RefusedResult.ABSENT:
        return None, False
    consistent = condition.get("consistentRead") is not False
    if mode is RefusedResult.NEWER:
        found = (await call.send("GetItem", {"TableName": call.table, "Key": key, "ConsistentRead": consistent})).get(
            "Item"
        )
    call.meter.read_units += item_read_units(found, consistent=consistent)
    return found, True
