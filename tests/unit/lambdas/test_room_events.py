"""Whoever is sent away or goes hears no more; whoever has come back meanwhile still does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from lambdas.common.streams import Change
from lambdas.room_events import handler as entry
from lambdas.room_events.access import end_access
from tests.unit.lambdas.records import Context, record

if TYPE_CHECKING:
    from lambdas.common.items import Row


@dataclass
class MemoryMembers:
    """Who is in which room, in memory."""

    active: set[tuple[str, str]] = field(default_factory=set)

    def is_active(self, room_id: str, user_id: str) -> bool:
        return (room_id, user_id) in self.active


@dataclass
class MemoryAccess:
    """Whose access ended, in memory."""

    ended: list[tuple[str, str]] = field(default_factory=list)
    is_broken: bool = False

    def end(self, room_id: str, user_id: str) -> None:
        if self.is_broken:
            raise ConnectionError
        self.ended.append((room_id, user_id))


def row(state: str, **more: object) -> Row:
    """A membership."""
    return {"roomId": "r", "userId": "bob", "state": state, **more}


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [
        (row("ACTIVE"), row("LEFT"), True),
        (row("ACTIVE"), row("BANNED"), True),
        (row("ACTIVE"), None, True),
        (row("ACTIVE"), row("ACTIVE", readSeq=3), False),
        (row("INVITED"), row("LEFT"), False),
        (row("LEFT"), row("BANNED"), False),
        (None, row("ACTIVE"), False),
    ],
)
def test_access_ends_with_the_membership(old: Row | None, new: Row | None, ends: bool) -> None:
    access = MemoryAccess()
    end_access(Change("e", "memberships", old, new), MemoryMembers(), access)
    assert access.ended == ([("r", "bob")] if ends else [])


def test_who_came_back_before_the_record_was_read_keeps_listening() -> None:
    access = MemoryAccess()
    end_access(Change("e", "memberships", row("ACTIVE"), row("LEFT")), MemoryMembers({("r", "bob")}), access)
    assert access.ended == []


def test_what_could_not_be_ended_is_answered_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    access = MemoryAccess(is_broken=True)
    monkeypatch.setattr(entry, "_room_events", lambda: entry.RoomEvents(MemoryMembers(), access))
    left = record("1", "chat-memberships-test", old=row("ACTIVE"), new=row("LEFT"))
    stays = record("2", "chat-memberships-test", old=row("ACTIVE"), new=row("ACTIVE"))
    answer = entry.handler({"Records": [left, stays]}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
