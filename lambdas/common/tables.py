"""Reads and conditional writes of DynamoDB tables, as plain rows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from contract.limits import LIMITS
from lambdas.common.items import Row, to_item, to_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import UpdateItemInputTypeDef

_BATCH = LIMITS["batchMaximum"]
_ATTEMPTS = 5


class IncompleteReadError(RuntimeError):
    """DynamoDB did not read all keys, as happens under throttling. An unread row is not an absent row."""


class DynamoTable:
    """A DynamoDB table."""

    def __init__(self, dynamodb: DynamoDBClient, name: str) -> None:
        self._dynamodb = dynamodb
        self._name = name

    @property
    def name(self) -> str:
        """The table's physical name."""
        return self._name

    def get(self, key: Mapping[str, Any], *, consistent: bool = False) -> Row | None:
        """Return the row, or None if it does not exist."""
        answer = self._dynamodb.get_item(TableName=self._name, Key=to_item(key), ConsistentRead=consistent)
        return to_row(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Return the rows that exist, in any order.

        Raises:
            IncompleteReadError: Keys are still unread after several attempts.
        """
        rows: list[Row] = []
        for start in range(0, len(keys), _BATCH):
            rows += self._get_batch(keys[start : start + _BATCH])
        return rows

    def _get_batch(self, keys: Sequence[Mapping[str, Any]]) -> list[Row]:
        rows: list[Row] = []
        waiting = [to_item(key) for key in keys]
        for attempt in range(_ATTEMPTS):
            answer = self._dynamodb.batch_get_item(RequestItems={self._name: {"Keys": waiting}})
            rows += [to_row(item) for item in answer["Responses"].get(self._name, [])]
            unread = answer["UnprocessedKeys"].get(self._name)
            waiting = [] if unread is None else [dict(key) for key in unread["Keys"]]
            if not waiting:
                return rows
            time.sleep(0.05 * 2**attempt)
        raise IncompleteReadError(f"{len(waiting)} keys of {self._name} were not read")

    def query(self, attribute: str, value: object, *, index: str | None = None) -> Iterator[Row]:
        """Yield all rows with a partition key."""
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "#partition = :partition",
            "ExpressionAttributeNames": {"#partition": attribute},
            "ExpressionAttributeValues": to_item({":partition": value}),
        }
        if index is not None:
            request["IndexName"] = index
        for page in self._dynamodb.get_paginator("query").paginate(**request):
            yield from (to_row(item) for item in page["Items"])

    def page(
        self,
        attribute: str,
        value: object,
        *,
        after: Mapping[str, Any] | None = None,
        limit: int = _BATCH,
        index: str | None = None,
    ) -> tuple[list[Row], Row | None]:
        """Return a page of the rows with a partition key. Reads of the table are strongly consistent.

        Args:
            attribute: Name of the partition key.
            value: Value of the partition key.
            after: Key at which the previous page ended.
            limit: Maximum number of rows to read.
            index: Name of the index to read instead of the table.

        Returns:
            The rows, and the key at which the page ends; None after the last row.
        """
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "#partition = :partition",
            "ExpressionAttributeNames": {"#partition": attribute},
            "ExpressionAttributeValues": to_item({":partition": value}),
            "Limit": limit,
        }
        request |= {"ConsistentRead": True} if index is None else {"IndexName": index}
        if after is not None:
            request["ExclusiveStartKey"] = to_item(after)
        answer = self._dynamodb.query(**request)
        end = answer.get("LastEvaluatedKey")
        return [to_row(item) for item in answer["Items"]], None if end is None else to_row(end)

    def put(self, row: Mapping[str, Any]) -> None:
        """Write a row, replacing an existing one."""
        self._dynamodb.put_item(TableName=self._name, Item=to_item(row))

    def put_new(self, row: Mapping[str, Any], *, key: str) -> bool:
        """Write a row if it does not exist; return whether it was written.

        Args:
            row: The row.
            key: Name of the partition key attribute.
        """
        try:
            self._dynamodb.put_item(
                TableName=self._name,
                Item=to_item(row),
                ConditionExpression="attribute_not_exists(#key)",
                ExpressionAttributeNames={"#key": key},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def update(
        self,
        key: Mapping[str, Any],
        update: str,
        *,
        condition: str,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any],
    ) -> Row | None:
        """Update a row; return the new row, or None if the condition failed.

        Args:
            key: Key of the row.
            update: Update expression.
            condition: Condition expression.
            names: Expression attribute names (``#name``).
            values: Expression attribute values (``:value``).
        """
        request: UpdateItemInputTypeDef = {
            "TableName": self._name,
            "Key": to_item(key),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_item(values),
            "ReturnValues": "ALL_NEW",
        }
        if names:
            request["ExpressionAttributeNames"] = names
        try:
            answer = self._dynamodb.update_item(**request)
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return None
        return to_row(answer["Attributes"])

    def delete(self, key: Mapping[str, Any]) -> None:
        """Delete a row, if it exists."""
        self._dynamodb.delete_item(TableName=self._name, Key=to_item(key))
