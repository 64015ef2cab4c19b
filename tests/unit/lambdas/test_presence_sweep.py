"""Tests that users go offline once after missed heartbeats, and that their small rooms are notified."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contract.limits import LIMITS
from lambdas.presence_sweep import handler as entry
from lambdas.presence_sweep.aws import DynamoPresence, Settings
from lambdas.presence_sweep.logic import sweep
from tests.unit.lambdas.memory_dynamodb import MemoryDynamodb
from tests.unit.lambdas.records import Context

if TYPE_CHECKING:
    from lambdas.common.items import Row

NOW = datetime(2030, 1, 1, 0, 10, tzinfo=UTC)
STALE, FRESH = "2030-01-01T00:07:59.999Z", "2030-01-01T00:08:00.000Z"
SHARED = Path(__file__).parents[3] / "graphql" / "shared"


@dataclass
class MemoryPresence:
    """Presence in memory, by shard."""

    shards: dict[str, list[Row]] = field(default_factory=dict)
    heard_meanwhile: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    offline: list[str] = field(default_factory=list)

    def not_offline(self, shard: str) -> list[Row]:
        return self.shards.get(shard, [])

    def take_offline(self, user_id: str, last_seen_at: str) -> bool:
        assert last_seen_at == STALE
        if user_id in self.heard_meanwhile:
            return False
        self.offline.append(user_id)
        return True

    def publishes_presence(self, room_id: str, user_id: str, largest_room: int) -> bool:
        assert (room_id, largest_room) == ("r", LIMITS["presenceMembersMaximum"])
        return user_id not in self.untold


@dataclass
class MemoryPublisher:
    """Published room events, in memory."""

    told: list[tuple[str, str, str]] = field(default_factory=list)

    def went_offline(self, room_id: str, user_id: str, last_seen_at: str) -> None:
        self.told.append((room_id, user_id, last_seen_at))


def seen(user_id: str, at: str, room_id: str | None = "r") -> Row:
    """Return a presence row."""
    row = {"userId": user_id, "status": "ONLINE", "lastSeenAt": at}
    return row if room_id is None else {**row, "lastChatRoomId": room_id}


def test_a_stale_user_goes_offline_and_the_room_is_notified() -> None:
    presence = MemoryPresence(
        {
            "0": [seen("stale", STALE), seen("fresh", FRESH), seen("nowhere", STALE, None)],
            "7": [seen("back", STALE), seen("large", STALE)],
        },
        heard_meanwhile={"back"},
        untold={"large"},
    )
    publisher = MemoryPublisher()
    assert sweep(presence, publisher, NOW) == 3
    assert presence.offline == ["stale", "nowhere", "large"]
    assert publisher.told == [("r", "stale", STALE)]


def test_handler_sweeps_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    presence, publisher = MemoryPresence({"3": [seen("stale", STALE)]}), MemoryPublisher()
    monkeypatch.setattr(entry, "_ports", lambda: (presence, publisher))
    monkeypatch.setattr(entry, "datetime", type("Clock", (), {"now": staticmethod(lambda _: NOW)}))
    entry.handler({}, Context())
    assert presence.offline == ["stale"]


def presence_on(dynamodb: MemoryDynamodb) -> DynamoPresence:
    """Return the ports on in-memory tables."""
    names: dict[str, Any] = {f"{table}_table_name": table for table in ("presence", "memberships", "rooms")}
    client: Any = dynamodb
    return DynamoPresence(Settings.model_construct(**names), client)


@pytest.mark.parametrize(
    ("changes", "is_taken"),
    [({}, True), ({"lastSeenAt": FRESH}, False), ({"status": "OFFLINE"}, False), ({"status": "AWAY"}, True)],
)
def test_only_users_without_a_new_heartbeat_go_offline(changes: Row, *, is_taken: bool) -> None:
    now = {**seen("zoe", STALE), "onlineShard": "3", **changes}
    dynamodb = MemoryDynamodb(presence=[now])
    assert presence_on(dynamodb).take_offline("zoe", STALE) is is_taken
    offline = {**seen("zoe", STALE), "status": "OFFLINE"}
    assert dynamodb.row("presence", "zoe") == (offline if is_taken else now)


@pytest.mark.parametrize(
    ("count", "state", "publishes_presence"),
    [(200, "ACTIVE", True), (201, "ACTIVE", False), (None, "ACTIVE", False), (2, "LEFT", False), (2, None, False)],
)
def test_only_small_rooms_with_the_user_publish_presence(
    count: int | None, state: str | None, *, publishes_presence: bool
) -> None:
    rooms = [] if count is None else [{"roomId": "r", "memberCount": count}]
    memberships = [] if state is None else [{"roomId": "r", "userId": "zoe", "state": state}]
    dynamodb = MemoryDynamodb(rooms=rooms, memberships=memberships)
    assert presence_on(dynamodb).publishes_presence("r", "zoe", 200) is publishes_presence
