"""What a response handler finds in ``ctx.result`` after a condition refused a PutItem, an UpdateItem or a DeleteItem.

The developer guide ("Condition expressions") promises the row; a context seen in AWS (aws-appsync-community#343) has
none; and AppSync reads the row with a GetItem of its own after the refusal, so that it may be newer. Resolvers have to
be right in all three cases, so tests run them in all three modes.
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
"""The environment variable with the mode. It is read at each refusal, so that a test can change it meanwhile."""
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class RefusedResult(StrEnum):
    """What ``ctx.result`` holds."""

    PRESENT = "present"
    """The row as it was when the condition was refused."""
    ABSENT = "absent"
    """Nothing, whether or not there is a row; AppSync does not compare it with the wanted row either."""
    NEWER = "newer"
    """The row as a GetItem reads it after the refusal; other writes can come in between."""


def refused_result() -> RefusedResult:
    """Return the mode of this process.

    Raises:
        ValueError: the environment variable has another value.
    """
    return RefusedResult(os.environ.get(VARIABLE) or RefusedResult.PRESENT)


def is_refusal(error: AwsError) -> bool:
    """Return whether a condition refused the write."""
    return error.code == _CONDITION_FAILED


async def row_after_refusal(
    call: DynamoDbCall, key: Item, condition: dict[str, Any], refused: AwsError
) -> tuple[Item | None, bool]:
    """Return the row that the handler finds, and whether AppSync has looked at the table at all.

    Counts the refused write, and the read by which AppSync looks: consistent unless ``consistentRead`` is false.
    DynamoDB's refusal brings the row along, so that only the mode `RefusedResult.NEWER` has to read it.
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
