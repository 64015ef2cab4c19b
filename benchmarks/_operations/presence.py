"""Typing and presence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks._operations.case import Case, Units
from benchmarks._operations.scene import MEDIUM, SMALL
from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.scene import Scene
    from benchmarks._operations.tables import Row


def heard_of(scene: Scene, seconds_ago: int) -> None:
    """The member is online and was heard of so long ago."""
    seen = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    row = {
        "userId": scene.cast.member,
        "status": "ONLINE",
        "lastSeenAt": seen.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "lastChatRoomId": scene.room_id,
        "onlineShard": str(int(scene.cast.member[-1], 16) % LIMITS["presenceShards"]),
    }
    scene.tables.put("presence", [row])


def never_heard_of(scene: Scene) -> None:
    """The member has no presence."""
    scene.tables.delete("presence", userId=scene.cast.member)


def here(scene: Scene) -> Row:
    """The variables of being there, with the room in view."""
    return {"status": "ONLINE", "chatRoomId": scene.room_id}


CASES = (
    Case(
        "startTyping",
        "a burst",
        lambda scene: ("member", {"chatRoomId": scene.room_id}),
        floor=Units(write_units=0),
        budget=Units(write_units=0, read_units=1),
    ),
    Case("stopTyping", "a burst", lambda scene: ("member", {"chatRoomId": scene.room_id})),
    Case(
        "updatePresence",
        "the minute's heartbeat",
        lambda scene: ("member", here(scene)),
        lambda scene: heard_of(scene, 60),
        floor=Units(write_units=0),
        budget=Units(write_units=1),
    ),
    Case(
        "updatePresence",
        "within the same minute",
        lambda scene: ("member", here(scene)),
        lambda scene: heard_of(scene, 5),
        floor=Units(write_units=0),
        budget=Units(write_units=0),
    ),
    Case("updatePresence", "coming", lambda scene: ("member", here(scene)), never_heard_of),
    Case(
        "updatePresence",
        "going",
        lambda scene: ("member", {**here(scene), "status": "OFFLINE"}),
        lambda scene: heard_of(scene, 60),
    ),
    Case(
        "getUserPresence",
        "somebody",
        lambda scene: ("owner", {"id": scene.cast.member}),
        lambda scene: heard_of(scene, 5),
    ),
    Case(
        "presenceByRoom",
        "in a room of 2",
        lambda scene: ("owner", {"chatRoomId": scene.room_id}),
        lambda scene: heard_of(scene, 5),
        grows=f"the members, up to {LIMITS['presenceMembersMaximum']}",
        size=SMALL,
    ),
    Case(
        "presenceByRoom",
        "in a room of 100",
        lambda scene: ("owner", {"chatRoomId": scene.room_id}),
        lambda scene: heard_of(scene, 5),
        grows=f"the members, up to {LIMITS['presenceMembersMaximum']}",
        size=MEDIUM,
    ),
)
