"""The expected state of the backend, from the responses to the virtual users of one process."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.helpers.chat import Row

Place = tuple[str, int]
"""React to a visible message, or remove one of the user's reactions."""
_SHOWN_VIOLATIONS = 50


@dataclass(slots=True)
class ExpectedState:
    """Acknowledged actions, and violations found during the run."""

    attempted: dict[str, str] = field(default_factory=dict)
    """The room of every sent ``clientMessageId``."""
    sent: dict[Place, tuple[str, str]] = field(default_factory=dict)
    """The id and the ``clientMessageId`` of every acknowledged message."""
    versions: dict[Place, int] = field(default_factory=dict)
    """Versions of acknowledged edits."""
    deleted: set[Place] = field(default_factory=set)
    reactions: dict[str, dict[tuple[str, str], bool]] = field(default_factory=lambda: defaultdict(dict))
    """By message, user and emoji: whether the reaction exists, as last acknowledged."""
    unsure: set[tuple[str, str, str]] = field(default_factory=set)
    """Message, user and emoji of reaction calls without a response."""
    read: dict[tuple[str, str], int] = field(default_factory=dict)
    """By room and user: the acknowledged read marker."""
    seen: dict[Place, str] = field(default_factory=dict)
    """The id that a user has read at a sequence number."""
    rooms: dict[str, Row] = field(default_factory=dict)
    """Rooms created during the run, by id."""
    checked: Counter[str] = field(default_factory=Counter)
    """Number of checks by invariant."""
    violations: list[str] = field(default_factory=list)

    def check(self, invariant: str, holds: bool, detail: str) -> None:
        """Count a check, and record a violation."""
        self.checked[invariant] += 1
        if not holds:
            self.checked[f"{invariant}: VIOLATED"] += 1
            if len(self.violations) < _SHOWN_VIOLATIONS:
                self.violations.append(f"{invariant}: {detail}")

    def acknowledge(self, row: Row) -> None:
        """Record an acknowledged message: its sequence number belongs to it alone."""
        place, named = (row["chatRoomId"], row["seq"]), (row["id"], row["clientMessageId"])
        there = self.sent.setdefault(place, named)
        self.check("one message per sequence number", there == named, f"{place} was given to {there} and to {named}")

    def saw(self, rows: Iterable[Row]) -> None:
        """Record read messages: later reads must return the same ones."""
        for row in rows:
            place = (row["chatRoomId"], row["seq"])
            known = self.seen.setdefault(place, row["id"])
            self.check("same order for all members", known == row["id"], f"{place} was {known} and is {row['id']}")

    def add(self, other: ExpectedState) -> None:
        """Merge the state of another process."""
        for place, named in other.sent.items():
            there = self.sent.setdefault(place, named)
            self.check(
                "one message per sequence number", there == named, f"{place} was given to {there} and to {named}"
            )
        for place, message_id in other.seen.items():
            known = self.seen.setdefault(place, message_id)
            self.check("same order for all members", known == message_id, f"{place} was {known} and is {message_id}")
        for message_id, wishes in other.reactions.items():
            self.reactions[message_id].update(wishes)
        self.attempted.update(other.attempted)
        self.versions.update(other.versions)
        self.deleted |= other.deleted
        self.unsure |= other.unsure
        self.rooms.update(other.rooms)
        self.read.update(other.read)
        self.checked += other.checked
        self.violations += other.violations
