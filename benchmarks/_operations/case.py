"""A measured case: an operation, its preparation and its budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks._operations.room_fixture import RoomFixture, Size

Call = tuple[str, dict[str, Any]]
"""The caller (a role of the accounts, or ``function`` for one of the backend's own functions), and the variables of the
operation's canonical document."""


@dataclass(frozen=True, slots=True)
class Units:
    """Write and read units of DynamoDB, each null if the design defines none.

    Attributes:
        write_units: write units: one per started KB of an item, and of its entry in an index.
        read_units: read units: a half per started 4 KB, one if the read is strongly consistent.
    """

    write_units: float | None = None
    read_units: float | None = None


def _nothing(_: RoomFixture) -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """One operation with one kind of arguments.

    Attributes:
        operation: the field of Query, Mutation or Subscription.
        name: a short description, different from the operation's other cases; the first case is the most common.
        call: returns the caller and the variables, in a prepared room.
        given: prepares the room, if necessary.
        floor: the minimum of DynamoDB, if the design defines it.
        budget: the maximum cost, if the design defines it.
        grows: the quantity with which the cost inherently grows, if any.
        size: the only room size in which it is measured, if it cannot be the same in all.
    """

    operation: str
    name: str
    call: Callable[[RoomFixture], Call]
    given: Callable[[RoomFixture], object] = _nothing
    floor: Units | None = None
    budget: Units | None = None
    grows: str | None = None
    size: Size | None = None

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of the room sizes in which it is measured."""
        return ("small", "large") if self.size is None else (self.size.name,)
