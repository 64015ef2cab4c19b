"""Tests of account deletion in memory: all data is redacted, and no race leaves a room without an owner."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import pytest

from contract.names import DELETED_NAME
from lambdas.common.tables import DynamoTable
from lambdas.privacy.aws import Chat, Settings
from lambdas.privacy.deletion import Deletion
from lambdas.privacy.job import Job, Jobs
from lambdas.privacy.leaving import leave
from lambdas.privacy.redaction import DeletedUser
from tests.unit.lambdas.memory_dynamodb import KEYS, MemoryDynamodb

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.common.items import Row

    Event = Callable[[MemoryDynamodb], None]

NOW = "2030-01-01T00:00:00.000Z"
LEAVER = DeletedUser("zoe", "deleted-1", is_erasing=False)


def chat_on(dynamodb: MemoryDynamodb) -> Chat:
    """Return the chat's tables, each under its own name."""
    names: dict[str, Any] = {f"{table}_table_name": table for table in KEYS}
    return Chat(Settings.model_construct(**names), cast("DynamoDBClient", dynamodb))


def member(user: str, role: str = "MEMBER", room: str = "r", **more: object) -> Row:
    """Return a membership."""
    row = {"roomId": room, "userId": user, "displayName": user.title(), "role": role, "state": "ACTIVE"}
    return {**row, "joinedAt": NOW, **more}


def room_of(*members: Row, room: str = "r", **more: object) -> Row:
    """Return a room with the counts of these members."""
    owners = sum(row["role"] == "OWNER" for row in members)
    return {"roomId": room, "lastSeq": 0, "memberCount": len(members), "ownerCount": owners, "version": 1, **more}


def change(dynamodb: MemoryDynamodb, user: str, *, members: int = 0, owners: int = 0, **values: object) -> None:
    """Change a membership and the room's counts with it, as the API does."""
    room, row = dynamodb.row("rooms", "r"), dynamodb.row("memberships", "r", user)
    assert room is not None
    dynamodb.give("memberships", {**(row or member(user)), **values})
    counts = {"memberCount": room["memberCount"] + members, "ownerCount": room["ownerCount"] + owners}
    dynamodb.give("rooms", {**room, **counts})


def steps_down(user: str) -> Event:
    """Demote an owner who is not the last one."""

    def event(dynamodb: MemoryDynamodb) -> None:
        row, room = dynamodb.row("memberships", "r", user), dynamodb.row("rooms", "r")
        if row and room and row["role"] == "OWNER" and row["state"] == "ACTIVE" and room["ownerCount"] > 1:
            change(dynamodb, user, owners=-1, role="MEMBER")

    return event


def rises(user: str) -> Event:
    """Promote a member to owner."""

    def event(dynamodb: MemoryDynamodb) -> None:
        row = dynamodb.row("memberships", "r", user)
        if row and row["role"] != "OWNER" and row["state"] == "ACTIVE":
            change(dynamodb, user, owners=1, role="OWNER")

    return event


def leaves(user: str) -> Event:
    """Remove a member who is not an owner."""

    def event(dynamodb: MemoryDynamodb) -> None:
        row = dynamodb.row("memberships", "r", user)
        if row and row["role"] != "OWNER" and row["state"] == "ACTIVE":
            change(dynamodb, user, members=-1, state="LEFT")

    return event


def joins(user: str) -> Event:
    """Add a new member to the room."""

    def event(dynamodb: MemoryDynamodb) -> None:
        room = dynamodb.row("rooms", "r")
        if dynamodb.row("memberships", "r", user) is None and room and "archivedAt" not in room:
            change(dynamodb, user, members=1)

    return event


EVENTS = (
    steps_down("bob"),
    steps_down("zoe"),
    rises("carol"),
    rises("zoe"),
    leaves("carol"),
    leaves("bob"),
    joins("dan"),
)
ROOMS = (
    (member("zoe", "OWNER"),),
    (member("zoe", "OWNER"), member("carol")),
    (member("zoe", "OWNER"), member("bob", "OWNER"), member("carol")),
    (member("zoe", "OWNER"), member("bob"), member("carol", "MODERATOR")),
    (member("zoe"), member("bob", "OWNER")),
)


@pytest.mark.parametrize("members", ROOMS, ids=lambda rows: "-".join(f"{row['userId']}-{row['role']}" for row in rows))
def test_a_room_keeps_an_owner_and_its_counts_in_every_race(members: tuple[Row, ...]) -> None:
    """Two events, each between the reads and the writes of an attempt."""
    for events in product(EVENTS, repeat=2):
        dynamodb = MemoryDynamodb(rooms=[room_of(*members)], memberships=list(members))
        waiting = list(events)

        def meanwhile(dynamodb: MemoryDynamodb = dynamodb, waiting: list[Event] = waiting) -> None:
            if waiting:
                waiting.pop(0)(dynamodb)

        dynamodb.before_write = meanwhile
        leave(chat_on(dynamodb), "r", LEAVER, NOW)

        zoe, room = dynamodb.row("memberships", "r", "zoe"), dynamodb.row("rooms", "r")
        assert zoe is not None
        assert room is not None
        assert (zoe["state"], zoe["role"], zoe["deletedAs"]) == ("LEFT", "MEMBER", "deleted-1")
        active = [row for row in dynamodb.rows("memberships") if row["state"] == "ACTIVE"]
        owners = [row for row in active if row["role"] == "OWNER"]
        # The owner count may be too low, never too high: with too high a count the last owner could leave.
        assert (room["memberCount"], bool(owners)) == (len(active), "archivedAt" not in room)
        assert room["ownerCount"] <= len(owners)
        assert bool(active) == ("archivedAt" not in room)


def test_leaving_twice_or_leaving_a_room_without_membership_changes_nothing() -> None:
    members = [member("zoe", "OWNER"), member("bob"), member("carol", state="LEFT")]
    dynamodb = MemoryDynamodb(rooms=[room_of(*members[:2])], memberships=members)
    leave(chat_on(dynamodb), "r", LEAVER, NOW)
    left = str(dynamodb.tables)
    leave(chat_on(dynamodb), "r", LEAVER, "2031-01-01T00:00:00.000Z")
    leave(chat_on(dynamodb), "r", DeletedUser("dan", "deleted-2", is_erasing=False), NOW)
    assert str(dynamodb.tables) == left
    leave(chat_on(dynamodb), "r", DeletedUser("carol", "deleted-3", is_erasing=False), NOW)
    carol, room = dynamodb.row("memberships", "r", "carol"), dynamodb.row("rooms", "r")
    assert carol is not None
    assert room is not None
    assert (carol["displayName"], carol["deletedAs"], room["memberCount"]) == (DELETED_NAME, "deleted-3", 1)


class Outside:
    """Bucket, user pool and API that accept everything."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


@pytest.mark.parametrize("is_erasing", [False, True])
def test_no_row_names_the_deleted_user_also_in_rooms_joined_meanwhile(*, is_erasing: bool) -> None:
    message = {"roomId": "r", "seq": 1, "type": "TEXT", "content": "x", "authorId": "zoe", "authorName": "Zoe"}
    members = [member("zoe"), member("bob", "OWNER")]
    dynamodb = MemoryDynamodb(
        rooms=[room_of(*members, lastSeq=1)],
        memberships=members,
        messages=[{**message, "createdAt": NOW}],
        notifications=[{"userId": "zoe", "notificationId": "1", "roomId": "r", "actorId": "bob"}],
        presence=[{"userId": "zoe", "status": "ONLINE", "lastSeenAt": NOW, "onlineShard": "1"}],
        deduplication=[{"senderId": "r#zoe", "clientMessageId": "c"}],
    )
    chat: Any = chat_on(dynamodb)
    outside: Any = Outside()
    jobs = Jobs(DynamoTable(cast("DynamoDBClient", dynamodb), "privacy"))
    deletion = Deletion(chat, outside, outside, outside, jobs, is_erasing, lambda: datetime(2030, 1, 1, tzinfo=UTC))
    job = Job("zoe", "DELETION", "j", "zoe", secret="00" * 32)
    for name, step in deletion.steps.items():
        position: dict[str, Any] | None = {}
        while position is not None:
            job.position = position
            position = step(job)
        if name == "rooms":
            late = [member("zoe", room="late"), member("bob", "OWNER", room="late")]
            dynamodb.give("rooms", room_of(*late, room="late"))
            for row in late:
                dynamodb.give("memberships", row)
    marks = {"users", "presence"}
    named = {table for table in KEYS if "zoe" in str(dynamodb.rows(table)).lower()}
    assert named == marks
    assert [dynamodb.row("users", "zoe"), dynamodb.row("presence", "zoe")] == [
        {"userId": "zoe", "deletedAt": NOW, "expiresAt": 1893628800},
        {"userId": "zoe", "deletedAt": NOW, "expiresAt": 1893628800, "status": "OFFLINE", "lastSeenAt": NOW},
    ]
    assert [room["memberCount"] for room in dynamodb.rows("rooms")] == [1, 1]
