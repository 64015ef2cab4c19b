"""A measured case: an operation, its preparation and its budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks._operations.room_fixture import RoomFixture, Size

Call = tuple[str, dict[str, Any]]
"""Who calls (a part of the accounts, or ``function`` for one of the backend's own functions), and the variables of the
operation's canonical document."""


@dataclass(frozen=True, slots=True)
class Units:
    """Write and read units of DynamoDB, each null where the design names none.

    Attributes:
        write_units: units of writing: one for each KB begun of an item, and of its entry in an index.
        read_units: units of reading: half a one for each 4 KB begun, a whole one where the read is strongly consistent.
    """

    write_units: float | None = None
    read_units: float | None = None


def _nothing(_: RoomFixture) -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """One operation, in one way of using it.

    Attributes:
        operation: the field of Query, Mutation or Subscription.
        name: what tells it from the operation's other cases, in a few words; the first case is the usual one.
        call: who calls with which variables, in a room that has been set up.
        given: sets up what the room does not have already.
        floor: the least that DynamoDB can do it for, where the design names it.
        budget: the most that it may cost, where the design names it.
        grows: what the cost depends on by nature, where it does.
        size: the only room that it is measured in, where it cannot be the same in all.
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
