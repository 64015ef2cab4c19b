"""The workload: actions of virtual users with their frequencies, and the kinds of rooms, as in Mattermost's load test.

Frequencies are those of mattermost-load-test-ng (``loadtest/control/simulcontroller/controller.go``), relative to one
post; their sum results in one post per user every 309 seconds at 20 seconds between two actions. The kinds of rooms,
the share of replies and that of files are from there too. Searching posts is omitted, because there is no search.
Leaving a room and rejoining is added, to check that former members receive no events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

IDLE_SECONDS = 20.0
"""Average seconds between two actions of a user."""
HEARTBEAT_SECONDS = 60.0
"""Seconds between two heartbeats, as docs/api.md requires."""
REPLIES = 0.18
FILES = 0.02
MENTIONS = 0.05
"""Share of posts; not from Mattermost, so that there are notifications outside of direct rooms."""
REMOVED_REACTIONS = 0.2
"""Share of reactions; not from Mattermost."""
EMOJI = ("👍", "❤️", "🎉", "😂", "👀", "✅")
LARGEST_GROUP = 8
LARGEST_PRIVATE = 30
LARGEST_PUBLIC = 100
"""Members of a room; the first public room has all users."""


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a user: a method of `VirtualUser`."""

    name: str
    weight: float
    """Frequency relative to a post."""
    original: str
    """Its name in Mattermost's load test."""


ACTIONS = (
    Action("switch_room", 6.52, "SwitchChannel"),
    Action("scroll", 1.99, "ScrollChannel"),
    Action("stop_typing", 1.41, "DeleteDraft"),
    Action("post", 1.0, "CreatePost"),
    Action("list_rooms", 1.0, "UnreadCheck"),
    Action("open_direct", 0.98, "OpenDirectOrGroup"),
    Action("list_notifications", 0.60, "ViewGlobalThreads"),
    Action("start_typing", 0.50, "UpsertDraft"),
    Action("mark_read", 0.32, "UpdateThreadRead"),
    Action("follow_link", 0.30, "ClickPermalink"),
    Action("view_thread", 0.28, "ViewThread"),
    Action("reconnect", 0.144, "ReconnectWebSocket"),
    Action("react", 0.131, "AddReaction"),
    Action("leave_and_return", 0.05, "(not in Mattermost)"),
    Action("edit", 0.040, "EditPost"),
    Action("list_members", 0.032, "SearchUsers"),
    Action("create_direct", 0.0055, "CreateDM"),
    Action("join_room", 0.0049, "JoinChannel"),
    Action("delete", 0.0049, "DeletePost"),
)


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room to create: its kind, and its members by number, the creator first."""

    kind: str
    """``public``, ``private``, ``group`` or ``direct``."""
    members: tuple[int, ...]


def plan_rooms(users: int, random: Random) -> list[RoomPlan]:
    """Draw the rooms: one per user; 60 % direct, 20 % public, 10 % private and 10 % groups.

    Args:
        users: the number of users, at least 2.
        random: the random generator.
    """
    everybody = range(users)
    plans = [RoomPlan("public", tuple(random.sample(everybody, users)))]
    several = max(1, users // 10)
    kinds = (
        ("public", LARGEST_PUBLIC, 2 * several - 1),
        ("private", LARGEST_PRIVATE, several),
        ("group", LARGEST_GROUP, several),
    )
    for kind, largest, count in kinds:
        plans += [RoomPlan(kind, _members(random, users, largest)) for _ in range(count)]
    pairs = {frozenset(random.sample(everybody, 2)) for _ in range(max(1, users * 3 // 5))}
    plans += [RoomPlan("direct", tuple(sorted(pair))) for pair in sorted(pairs, key=sorted)]
    return plans


def _members(random: Random, users: int, largest: int) -> tuple[int, ...]:
    """Draw members on a logarithmic scale: each doubling of the size is equally likely."""
    highest = min(users, largest)
    size = highest if highest <= 3 else min(highest, int(3 * (highest / 3) ** random.random()))  # noqa: PLR2004
    return tuple(random.sample(range(users), size))
