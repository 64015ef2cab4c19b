"""The tables of one environment as they were at a second of the last 35 days, beside those that are in use.

DynamoDB restores into a new table, with its keys, indexes, capacity mode and encryption, and without expiry, stream,
tags, protection and further recovery (DynamoDB developer guide, "Restoring a table to a point in time"): those come
back when Terraform takes the table over.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.commands import OperationError, Progress, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from terraform.stack import Stack

_KIND = "aws_dynamodb_table."
_EVERY_SECONDS = 2.0


@dataclass(frozen=True, slots=True, order=True)
class RestoredTable:
    """One table, and the one beside it.

    Attributes:
        key: for example ``messages``.
        source: the name of the table that is in use.
        target: the name of the restored one.
    """

    key: str
    source: str
    target: str


def restored_tables(stack: Stack, generation: str) -> list[RestoredTable]:
    """Return the tables of a stack with the names that ``storage.generation`` gives them.

    Raises:
        RefusedError: the stack has this generation already.
        OperationError: it has no tables.
    """
    found = []
    for address, arguments in stack.resources.items():
        if address.startswith(_KIND):
            key, source = address.removeprefix(_KIND), str(arguments["name"])
            application = source[: source.rindex(f"-{key}-")]
            found.append(RestoredTable(key, source, f"{application}-{key}-{generation}-{stack.environment}"))
    same = [table.source for table in found if table.source == table.target]
    if same:
        raise RefusedError(f"{', '.join(same)}: in use. Name another --generation, for example with the hour.")
    if not found:
        raise OperationError(f"{stack.folder} has no DynamoDB tables: it is not the stack of a chat. Run `make synth`.")
    return sorted(found)


class Recovery:
    """Point-in-time recovery of some tables.

    Args:
        dynamodb: boto3's client.
        tables: which.
    """

    def __init__(self, dynamodb: Any, tables: Iterable[RestoredTable]) -> None:  # noqa: ANN401 - boto3's client
        self._dynamodb = dynamodb
        self.tables = list(tables)

    def window(self, table: RestoredTable) -> tuple[datetime, datetime]:
        """Return the first and the last moment that a table can be restored to.

        Raises:
            RefusedError: recovery is not switched on.
        """
        answer = self._dynamodb.describe_continuous_backups(TableName=table.source)["ContinuousBackupsDescription"]
        recovery = answer.get("PointInTimeRecoveryDescription", {})
        if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
            raise RefusedError(f"{table.source}: storage.point_in_time_recovery is off, there is nothing to restore.")
        return recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"]

    def begin(self, table: RestoredTable, moment: datetime) -> bool:
        """Begin to restore a table; tell whether it was not there already."""
        try:
            self._dynamodb.restore_table_to_point_in_time(
                SourceTableName=table.source, TargetTableName=table.target, RestoreDateTime=moment
            )
        except self._dynamodb.exceptions.TableAlreadyExistsException:
            return False
        return True

    def wait(self) -> None:
        """Return when all of them can be read; on AWS that takes minutes to hours. Breaking off does no harm."""
        progress = Progress("restoring")
        left = [table.target for table in self.tables]
        while left:
            left = [name for name in left if self._describe(name)["TableStatus"] != "ACTIVE"]
            if left:
                progress.tell(f"{len(left)} of {len(self.tables)} tables to go")
                time.sleep(_EVERY_SECONDS)

    def compare(self, table: RestoredTable) -> None:
        """Compare keys and indexes with those of the table in use.

        Raises:
            OperationError: they differ.
        """
        source, target = (_shape(self._describe(name)) for name in (table.source, table.target))
        if source != target:
            raise OperationError(f"{table.target} has other keys or indexes than {table.source}: {target} != {source}")

    def count(self, name: str) -> int:
        """Count the rows of a table by reading all of it, which costs a read unit for each 8 KB."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=name, Select="COUNT")
        return sum(int(page["Count"]) for page in pages)

    def _describe(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self._dynamodb.describe_table(TableName=name)["Table"]
        return described


def _shape(table: dict[str, Any]) -> dict[str, Any]:
    indexes = {
        index["IndexName"]: (_keys(index), index["Projection"]["ProjectionType"])
        for index in table.get("GlobalSecondaryIndexes", [])
    }
    return {"keys": _keys(table), "indexes": indexes}


def _keys(described: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((part["KeyType"], part["AttributeName"]) for part in described["KeySchema"])
