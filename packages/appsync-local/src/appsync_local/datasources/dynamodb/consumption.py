"""Capacity units: writes as DynamoDB reports them, reads from item sizes.

MiniStack 1.5.33 answers read units that do not depend on size, and none for BatchGetItem; its write units are right.
This can go when it counts reads. Sources of the rules: Amazon DynamoDB developer guide, "Read and write operations" and
"Provisioned throughput".
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final

from appsync_local.datasources.dynamodb.item_size import item_size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from appsync_local.datasources.dynamodb.attribute_values import Item

_READ_BYTES: Final = 4096
_WRITE_BYTES: Final = 1024


def read_units(size: int, *, consistent: bool) -> float:
    """Units of reading so many bytes at once; a read that finds nothing costs as much as the smallest."""
    return max(1, ceil(size / _READ_BYTES)) * (1.0 if consistent else 0.5)


def item_read_units(item: Item | None, *, consistent: bool) -> float:
    """Units of reading one item by its key."""
    return read_units(0 if item is None else item_size(item), consistent=consistent)


def page_read_units(items: Iterable[Item], *, consistent: bool) -> float:
    """Units of a page of Query or Scan: sizes are added up before they are rounded."""
    return read_units(sum(map(item_size, items)), consistent=consistent)


def transaction_read_units(items: Iterable[Item | None]) -> float:
    """Units of TransactGetItems: each item rounded, twice."""
    return sum(2 * item_read_units(item, consistent=True) for item in items)


def refused_write_units(found: Item | None) -> float:
    """Units of a write whose condition failed: those of the item that was there, at least one."""
    return float(max(1, ceil((0 if found is None else item_size(found)) / _WRITE_BYTES)))


def reported_units(answer: dict[str, Any]) -> float:
    """Units that the answer itself reports, over all tables of it."""
    reported = answer.get("ConsumedCapacity") or []
    listed = reported if isinstance(reported, list) else [reported]
    return float(sum(float(table.get("CapacityUnits") or 0) for table in listed))
