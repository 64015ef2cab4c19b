"""What the simulated users of one process were promised, to be held against what the backend has at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.helpers.chat import Row

Place = tuple[str, int]
"""A room's id, and a sequence number in it."""
_SHOWN_VIOLATIONS = 50


@dataclass(slots=True)
class Ledger:
    """Acknowledged acts, and the violations that were seen on the way."""

    attempted: dict[str, str] = field(default_factory=dict)
    """The room of every ``clientMessageId`` that was ever sent."""
    sent: dict[Place, tuple[str, str]] = field(default_factory=dict)
    """The id and the ``clientMessageId`` of every acknowledged message."""
    versions: dict[Place, int] = field(default_factory=dict)
    """Of acknowledged edits."""
    deleted: set[Place] = field(default_factory=set)
    reactions: dict[str, dict[tuple[str, str], bool]] = field(default_factory=lambda: defaultdict(dict))
    """By message, whether a user's emoji is there: as acknowledged last."""
    unsure: set[tuple[str, str, str]] = field(default_factory=set)
    """Message, user, emoji: acts on reactions that were not answered."""
    read: dict[tuple[str, str], int] = field(default_factory=dict)
    """By room and user, up to where it was acknowledged as read."""
    seen: dict[Place, str] = field(default_factory=dict)
    """The id that somebody has read at a place."""
    rooms: dict[str, Row] = field(default_factory=dict)
    """Rooms that were made on the way, by id."""
    checked: Counter[str] = field(default_factory=Counter)
    """How often an invariant was held against what there is."""
    violations: list[str] = field(default_factory=list)

    def check(self, invariant: str, holds: bool, detail: str) -> None:
        """Count a check, and keep what it found wrong."""
        self.checked[invariant] += 1
        if not holds:
            self.checked[f"{invariant}: VIOLATED"] += 1
            if len(self.violations) < _SHOWN_VIOLATIONS:
                self.violations.append(f"{invariant}: {detail}")

    def acknowledge(self, row: Row) -> None:
        """A message was sent: it has its place, and nobody else's is there."""
        place, named = (row["chatRoomId"], row["seq"]), (row["id"], row["clientMessageId"])
        there = self.sent.setdefault(place, named)
        self.check("one message a number", there == named, f"{place} was given to {there} and to {named}")

    def saw(self, rows: Iterable[Row]) -> None:
        """Somebody has read these: whoever reads the same places later reads the same messages."""
        for row in rows:
            place = (row["chatRoomId"], row["seq"])
            known = self.seen.setdefault(place, row["id"])
            self.check("one order for all", known == row["id"], f"{place} was {known} and is {row['id']}")

    def add(self, other: Ledger) -> None:
        """Take in another process's."""
        for place, named in other.sent.items():
            there = self.sent.setdefault(place, named)
            self.check("one message a number", there == named, f"{place} was given to {there} and to {named}")
        for place, message_id in other.seen.items():
            known = self.seen.setdefault(place, message_id)
            self.check("one order for all", known == message_id, f"{place} was {known} and is {message_id}")
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
