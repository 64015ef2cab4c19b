"""Typing and presence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks._operations.case import Case, Units
from benchmarks._operations.room_fixture import MEDIUM, SMALL
from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture
    from benchmarks._operations.tables import Row


def heard_of(fixture: RoomFixture, seconds_ago: int) -> None:
    """Make the member online, with a heartbeat this long ago."""
    seen = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    row = {
        "userId": fixture.accounts.member,
        "status": "ONLINE",
        "lastSeenAt": seen.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "lastChatRoomId": fixture.room_id,
        "onlineShard": str(int(fixture.accounts.member[-1], 16) % LIMITS["presenceShards"]),
    }
    fixture.tables.put("presence", [row])


def never_heard_of(fixture: RoomFixture) -> None:
    """Delete the member's presence."""
    fixture.tables.delete("presence", userId=fixture.accounts.member)


def here(fixture: RoomFixture) -> Row:
    """Return the variables of a heartbeat with the room open."""
    return {"status": "ONLINE", "chatRoomId": fixture.room_id}


CASES = (
    Case(
        "startTyping",
        "an indicator",
        lambda fixture: ("member", {"chatRoomId": fixture.room_id}),
        floor=Units(write_units=0),
        budget=Units(write_units=0, read_units=1),
    ),
    Case("stopTyping", "an indicator", lambda fixture: ("member", {"chatRoomId": fixture.room_id})),
    Case(
        "updatePresence",
        "the minute's heartbeat",
        lambda fixture: ("member", here(fixture)),
        lambda fixture: heard_of(fixture, 60),
        floor=Units(write_units=0),
        budget=Units(write_units=1),
    ),
    Case(
        "updatePresence",
        "within the same minute",
        lambda fixture: ("member", here(fixture)),
        lambda fixture: heard_of(fixture, 5),
        floor=Units(write_units=0),
        budget=Units(write_units=0),
    ),
    Case("updatePresence", "sign-in", lambda fixture: ("member", here(fixture)), never_heard_of),
    Case(
        "updatePresence",
        "sign-out",
        lambda fixture: ("member", {**here(fixture), "status": "OFFLINE"}),
        lambda fixture: heard_of(fixture, 60),
    ),
    Case(
        "getUserPresence",
        "a user",
        lambda fixture: ("owner", {"id": fixture.accounts.member}),
        lambda fixture: heard_of(fixture, 5),
    ),
    Case(
        "presenceByRoom",
        "in a room of 2",
        lambda fixture: ("owner", {"chatRoomId": fixture.room_id}),
        lambda fixture: heard_of(fixture, 5),
        grows=f"the members, up to {LIMITS['presenceMembersMaximum']}",
        size=SMALL,
    ),
    Case(
        "presenceByRoom",
        "in a room of 100",
        lambda fixture: ("owner", {"chatRoomId": fixture.room_id}),
        lambda fixture: heard_of(fixture, 5),
        grows=f"the members, up to {LIMITS['presenceMembersMaximum']}",
        size=MEDIUM,
    ),
)
