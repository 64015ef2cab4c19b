"""The items of a table by partition, which are read from the text of a snapshot when somebody asks for them.

Making a hundred thousand items out of JSON takes longer than all the rest of a start, and most of them nobody asks for.
So a partition waits as the text that the snapshot has of it, with what the journal says of it since.
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
    """A partition that nobody has asked for yet."""

    texts: list[tuple[int, str]] = field(default_factory=list)
    """JSON objects of sort keys and items, with their numbers of items."""
    changed: dict[str, Item | None] = field(default_factory=dict)
    """What is different since; None is an item that is deleted."""

    def __len__(self) -> int:
        """Return about how many items it has: which of the changed ones are new is not known yet."""
        return sum(number for number, _text in self.texts) + sum(item is not None for item in self.changed.values())

    def read(self) -> Sorts:
        """Return the items."""
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
    """What MiniStack takes for its dictionary of dictionaries."""

    def __init__(self, _factory: object = dict) -> None:  # as copies are made
        super().__init__(dict)

    # --- as read from a journal -----------------------------------------------------------------

    def add_text(self, partition: str, number: int, text: str) -> None:
        """Add items that wait as text."""
        waiting = self._raw(partition)
        if not isinstance(waiting, Waiting):
            waiting = Waiting(changed=dict(waiting or {}))
            self._put_raw(partition, waiting)
        waiting.texts.append((number, text))

    def change(self, partition: str, sort: str, item: Item | None) -> None:
        """Add, replace or delete an item, and leave the others waiting."""
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
        """Return about how many items there are, as DynamoDB does (its ItemCount is hours old)."""
        return sum(len(there) for there in super().values())

    def raw(self) -> Iterator[tuple[str, Sorts | Waiting]]:
        """Yield each partition as it is: dictionaries, or still waiting. The list of them is taken at once."""
        yield from list(super().items())

    def _raw(self, partition: str) -> Sorts | Waiting | None:
        return super().get(partition)

    def _put_raw(self, partition: str, waiting: Waiting) -> None:
        raw: Any = waiting
        super().__setitem__(partition, raw)

    # --- as a dictionary ------------------------------------------------------------------------

    def __getitem__(self, partition: str) -> Sorts:
        """Return the items of a partition, as every dictionary does; the methods below do the same."""
        items: Sorts = self._known(partition, super().__getitem__(partition))
        return items

    def __iter__(self) -> Iterator[str]:
        """Return the names; without this method, ``dict(...)`` would copy the values as they are."""
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
        with (
            _reading
        ):  # the search for expired items is a thread; what it reads must not replace what has changed since
            now: Any = super().get(partition)
            if now is not there:
                return self.get(partition, {})
            items = there.read()
            super().__setitem__(partition, items)
            return items

    def _read_all(self) -> None:
        for partition, there in self.raw():
            self._known(partition, there)
