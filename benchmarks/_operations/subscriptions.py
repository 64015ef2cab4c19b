"""Starting subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case, Units

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture

FLOOR = Units(write_units=0, read_units=0.5)
BUDGET = Units(write_units=0, read_units=1)


def _of_the_room(operation: str, name: str = "of a room") -> Case:
    return Case(
        operation,
        name,
        lambda fixture: ("member", {"chatRoomId": fixture.room_id}),
        floor=FLOOR,
        budget=BUDGET,
    )


def _of_a_message(operation: str) -> Case:
    def call(fixture: RoomFixture) -> tuple[str, dict[str, str]]:
        return "member", {"messageId": fixture.message_id(3)}

    return Case(operation, "of a message", call, floor=FLOOR, budget=BUDGET)


CASES = (
    _of_the_room("onMessageCreated"),
    _of_the_room("onMessageUpdated"),
    _of_the_room("onMessageDeleted"),
    _of_the_room("onMembershipChanged"),
    _of_the_room("onReactionAdded"),
    _of_a_message("onReactionAdded"),
    _of_the_room("onReactionRemoved"),
    _of_a_message("onReactionRemoved"),
    _of_the_room("onTypingStarted"),
    _of_the_room("onTypingStopped"),
    _of_the_room("onUserPresenceChanged"),
    Case("onNotificationReceived", "the caller's own", lambda _: ("member", {}), floor=FLOOR, budget=BUDGET),
)
