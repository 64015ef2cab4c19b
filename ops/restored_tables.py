"""Restored copies of the tables of an environment, as of any second of the last 35 days.

DynamoDB restores into a new table with keys, indexes, capacity mode and encryption, but without expiry, stream, tags,
deletion protection and point-in-time recovery (DynamoDB developer guide, "Restoring a table to a point in time").
Terraform adds these when it imports the table.
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
    """A table and its restored copy.

    Attributes:
        key: for example ``messages``.
        source: the name of the table in use.
        target: the name of the restored table.
    """

    key: str
    source: str
    target: str


def restored_tables(stack: Stack, generation: str) -> list[RestoredTable]:
    """Return the tables of a stack, with the names of their restored copies.

    Args:
        stack: the synthesized stack.
        generation: the setting ``storage.generation`` of the copies.

    Raises:
        RefusedError: the stack already has this generation.
        OperationError: the stack has no tables.
    """
    found = []
    for address, arguments in stack.resources.items():
        if address.startswith(_KIND):
            key, source = address.removeprefix(_KIND), str(arguments["name"])
            application = source[: source.rindex(f"-{key}-")]
            found.append(RestoredTable(key, source, f"{application}-{key}-{generation}-{stack.environment}"))
    same = [table.source for table in found if table.source == table.target]
    if same:
        raise RefusedError(f"{', '.join(same)} is in use. Choose another --generation, for example with the hour.")
    if not found:
        raise OperationError(f"{stack.folder} has no DynamoDB tables. Run `make synth`.")
    return sorted(found)


class Recovery:
    """Point-in-time recovery of tables.

    Args:
        dynamodb: a boto3 client.
        tables: the tables to restore.
    """

    def __init__(self, dynamodb: Any, tables: Iterable[RestoredTable]) -> None:  # noqa: ANN401 - boto3's client
        self._dynamodb = dynamodb
        self.tables = list(tables)

    def window(self, table: RestoredTable) -> tuple[datetime, datetime]:
        """Return the earliest and the latest time that a table can be restored to.

        Raises:
            RefusedError: point-in-time recovery is disabled.
        """
        backups = self._dynamodb.describe_continuous_backups(TableName=table.source)["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {})
        if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
            raise RefusedError(f"{table.source} cannot be restored: storage.point_in_time_recovery is off.")
        return recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"]

    def begin(self, table: RestoredTable, moment: datetime) -> bool:
        """Start to restore a table; return False if the restored table already exists."""
        try:
            self._dynamodb.restore_table_to_point_in_time(
                SourceTableName=table.source, TargetTableName=table.target, RestoreDateTime=moment
            )
        except self._dynamodb.exceptions.TableAlreadyExistsException:
            return False
        return True

    def wait(self) -> None:
        """Wait until all restored tables are active: minutes to hours in AWS. The wait can be interrupted."""
        progress = Progress("restoring")
        left = [table.target for table in self.tables]
        while left:
            left = [name for name in left if self._describe(name)["TableStatus"] != "ACTIVE"]
            if left:
                progress.tell(f"{len(left)} of {len(self.tables)} tables left")
                time.sleep(_EVERY_SECONDS)

    def compare(self, table: RestoredTable) -> None:
        """Check that keys and indexes are those of the table in use.

        Raises:
            OperationError: they differ.
        """
        source, target = (_shape(self._describe(name)) for name in (table.source, table.target))
        if source != target:
            raise OperationError(f"{table.target} has other keys or indexes than {table.source}: {target} != {source}")

    def count(self, name: str) -> int:
        """Count the rows of a table by reading the whole table, at one read unit per 8 KB."""
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
