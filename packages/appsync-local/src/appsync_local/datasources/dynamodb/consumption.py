"""Capacity units: write units as DynamoDB reports them, read units computed from item sizes.

MiniStack 1.5.33 returns read units that do not depend on the size, and none for BatchGetItem; its write units are
correct. This module can be removed when MiniStack counts reads. Sources: Amazon DynamoDB developer guide, "Read and
write operations" and "Provisioned throughput".
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
    """Return the units of a read of ``size`` bytes. A read that finds nothing costs as much as the smallest read."""
    return max(1, ceil(size / _READ_BYTES)) * (1.0 if consistent else 0.5)


def item_read_units(item: Item | None, *, consistent: bool) -> float:
    """Return the units of reading one item by its key."""
    return read_units(0 if item is None else item_size(item), consistent=consistent)


def page_read_units(items: Iterable[Item], *, consistent: bool) -> float:
    """Return the units of a page of Query or Scan: sizes are added up before rounding."""
    return read_units(sum(map(item_size, items)), consistent=consistent)


def transaction_read_units(items: Iterable[Item | None]) -> float:
    """Return the units of TransactGetItems: twice the units of each item."""
    return sum(2 * item_read_units(item, consistent=True) for item in items)


def refused_write_units(found: Item | None) -> float:
    """Return the units of a write whose condition failed: those of the existing item, at least one."""
    return float(max(1, ceil((0 if found is None else item_size(found)) / _WRITE_BYTES)))


def reported_units(answer: dict[str, Any]) -> float:
    """Return the units that a response reports, summed over its tables."""
    reported = answer.get("ConsumedCapacity") or []
    listed = reported if isinstance(reported, list) else [reported]
    return float(sum(float(table.get("CapacityUnits") or 0) for table in listed))
