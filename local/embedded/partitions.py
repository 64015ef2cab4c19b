"""The items of a table by partition, parsed from a snapshot's text on first access.

Parsing a hundred thousand items takes longer than the rest of a start, and most of them are never requested. A
partition is therefore kept as the snapshot's text, with later changes of the journal, until it is accessed.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_values
    from collections.abc import Iterator

Item = dict[str, Any]
Sorts = dict[str, Item]
"""The items of a partition by their sort keys."""


@dataclass(slots=True)
class Waiting:
    """A partition that has not been accessed yet."""

    texts: list[tuple[int, str]] = field(default_factory=list)
    """JSON objects that map sort keys to items, with their number of items."""
    changed: dict[str, Item | None] = field(default_factory=dict)
    """Later changes; None for a deleted item."""

    def __len__(self) -> int:
        """Return the approximate number of items: it is unknown which of the changed ones are new."""
        return sum(number for number, _text in self.texts) + sum(item is not None for item in self.changed.values())

    def read(self) -> Sorts:
        """Parse and return the items."""
        items: Sorts = {}
        for _number, text in self.texts:
            items.update(json.loads(text))
        for sort, item in self.changed.items():
            if item is None:
                items.pop(sort, None)
            else:
                items[sort] = item
        return items


_reading = threading.RLock()


class Partitions(defaultdict[str, Sorts]):
    """Used by MiniStack as its dictionary of dictionaries."""

    def __init__(self, _factory: object = dict) -> None:  # called so by copies
        super().__init__(dict)

    # --- reading a journal ------------------------------------------------------------------------

    def add_text(self, partition: str, number: int, text: str) -> None:
        """Add items as text."""
        waiting = self._raw(partition)
        if not isinstance(waiting, Waiting):
            waiting = Waiting(changed=dict(waiting or {}))
            self._put_raw(partition, waiting)
        waiting.texts.append((number, text))

    def change(self, partition: str, sort: str, item: Item | None) -> None:
        """Add, replace or delete an item without parsing the others."""
        there = self._raw(partition)
        if isinstance(there, Waiting):
            there.changed[sort] = item
        elif item is not None:
            self.setdefault(partition, {})[sort] = item
        elif there is not None:
            there.pop(sort, None)
            if not there:
                del self[partition]

    def count(self) -> int:
        """Return the approximate number of items, like DynamoDB (its ItemCount is hours old)."""
        return sum(len(there) for there in super().values())

    def raw(self) -> Iterator[tuple[str, Sorts | Waiting]]:
        """Yield each partition, parsed or not, from a copy of the list of partitions."""
        yield from list(super().items())

    def _raw(self, partition: str) -> Sorts | Waiting | None:
        return super().get(partition)

    def _put_raw(self, partition: str, waiting: Waiting) -> None:
        raw: Any = waiting
        super().__setitem__(partition, raw)

    # --- as a dictionary ------------------------------------------------------------------------

    def __getitem__(self, partition: str) -> Sorts:
        """Return the items of a partition; this and the methods below implement the dictionary."""
        items: Sorts = self._known(partition, super().__getitem__(partition))
        return items

    def __iter__(self) -> Iterator[str]:
        """Return the partition keys; without this method, ``dict(...)`` would copy unparsed values."""
        return super().__iter__()

    def get(self, partition: str, default: Any = None) -> Any:  # noqa: ANN401, D102
        return self._known(partition, super().get(partition, default))

    def setdefault(self, partition: str, default: Any = None) -> Any:  # noqa: ANN401, D102
        return self._known(partition, super().setdefault(partition, default))

    def pop(self, partition: str, *default: Any) -> Any:  # noqa: ANN401, D102
        there: Any = super().pop(partition, *default)
        return there.read() if isinstance(there, Waiting) else there

    def values(self) -> dict_values[str, Sorts]:  # noqa: D102
        self._read_all()
        return super().values()

    def items(self) -> dict_items[str, Sorts]:  # noqa: D102
        self._read_all()
        return super().items()

    def _known(self, partition: str, there: Any) -> Any:  # noqa: ANN401 - a partition, waiting or not, or a default
        if type(there) is not Waiting:
            return there
        # The search for expired items is a thread, and must not replace later changes by the items that it parsed.
        with _reading:
            now: Any = super().get(partition)
            if now is not there:
                return self.get(partition, {})
            items = there.read()
            super().__setitem__(partition, items)
            return items

    def _read_all(self) -> None:
        for partition, there in self.raw():
            self._known(partition, there)
