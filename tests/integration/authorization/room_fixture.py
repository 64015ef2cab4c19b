"""Rooms for the authorization matrix, written directly to the tables: a user in every role, messages and a report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from boto3.dynamodb.conditions import Key

from tests.helpers.privacy import count_as_deleted
from tests.integration.authorization.rule import Role, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

NOW = "2026-01-01T00:00:00.000Z"
TABLES = ("rooms", "memberships", "messages", "reports", "audit")
STATES_OF_MEMBERSHIP = {
    Role.OWNER: ("OWNER", "ACTIVE"),
    Role.MODERATOR: ("MODERATOR", "ACTIVE"),
    Role.MEMBER: ("MEMBER", "ACTIVE"),
    Role.INVITED: ("MEMBER", "INVITED"),
    Role.BANNED: ("MEMBER", "BANNED"),
    Role.LEFT: ("MEMBER", "LEFT"),
}


@dataclass(frozen=True, slots=True)
class RoomFixture:
    """A room with members, messages and a report."""

    room_id: str
    caller: ChatUser
    member_id: str
    """A member who is not one of the callers: the target of moderation."""
    outcast_id: str
    """A banned user."""
    guest_id: str
    """A user without membership in the room."""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    """The stored items of the room by table, in the order of their keys."""

    @property
    def message_id(self) -> str:
        """Return the id of a message of the member."""
        return f"{self.room_id}:1"

    @property
    def own_message_id(self) -> str:
        """Return the id of a message of the caller, sent while the caller was a member."""
        return f"{self.room_id}:2"

    @property
    def report_id(self) -> str:
        """Return the id of an open report of the member's message."""
        return f"0000000001:{self.outcast_id}"


class RoomFactory:
    """Creates rooms with the same callers.

    Args:
        backend: the running backend.
        callers: a signed-in user for every role.
    """

    def __init__(self, backend: LocalBackend, callers: Mapping[Role, ChatUser]) -> None:
        self.callers = callers
        self._tables = {name: backend.table(name) for name in (*TABLES, "users")}
        self._batch_write_item: Callable[..., Any] = self._tables["rooms"].meta.client.batch_write_item
        self._member_id, self._outcast_id, self._guest_id = (f"extra-{uuid4()}" for _ in range(3))
        for user_id in (self._member_id, self._outcast_id, self._guest_id):
            self._tables["users"].put_item(Item={"userId": user_id, "displayName": "Extra", "createdAt": NOW})
        # Callers' accounts are marked as deleted: a permitted deletion then keeps the account for the other rules.
        count_as_deleted(backend, *{user.id for user in callers.values()})

    def prepare(self, state: State, caller: ChatUser) -> RoomFixture:
        """Create a room in a state with one call, because there are thousands of rooms."""
        fixture = RoomFixture(f"room-{uuid4()}", caller, self._member_id, self._outcast_id, self._guest_id)
        fixture.rows.update(
            rooms=[self._room(fixture, state)],
            memberships=sorted(self._memberships(fixture), key=lambda row: str(row["userId"])),
            messages=[_message(fixture, 1, fixture.member_id), _message(fixture, 2, caller.id)],
            reports=[_report(fixture)],
            audit=[],
        )
        left = self._batch_write_item(
            RequestItems={
                self._tables[name].name: [{"PutRequest": {"Item": item}} for item in items]
                for name, items in fixture.rows.items()
                if items
            }
        )["UnprocessedItems"]
        assert not left
        return fixture

    def stored(self, fixture: RoomFixture) -> dict[str, list[Row]]:
        """Return all items of a room by table."""
        condition = Key("roomId").eq(fixture.room_id)
        return {
            name: self._tables[name].query(KeyConditionExpression=condition, ConsistentRead=True)["Items"]
            for name in TABLES
        }

    def _room(self, fixture: RoomFixture, state: State) -> dict[str, Any]:
        is_public = state is not State.PRIVATE
        return {
            "roomId": fixture.room_id,
            "name": "Prepared",
            "visibility": "PUBLIC" if is_public else "PRIVATE",
            "createdBy": self.callers[Role.OWNER].id,
            "memberCount": 4,
            "ownerCount": 1,
            "lastSeq": 2,
            "lastMessageAt": NOW,
            "version": 1,
            "createdAt": NOW,
            **({"listedVisibility": "PUBLIC"} if is_public and state is not State.ARCHIVED else {}),
            **({"frozen": True} if state is State.FROZEN else {}),
            **({"archivedAt": NOW} if state is State.ARCHIVED else {}),
        }

    def _memberships(self, fixture: RoomFixture) -> list[dict[str, Any]]:
        people = {self.callers[role].id: standing for role, standing in STATES_OF_MEMBERSHIP.items()}
        people |= {fixture.member_id: ("MEMBER", "ACTIVE"), fixture.outcast_id: ("MEMBER", "BANNED")}
        return [
            {
                "roomId": fixture.room_id,
                "userId": user_id,
                "displayName": "Prepared",
                "role": role,
                "state": state,
                "joinedAt": NOW,
                "joinedSeq": 0,
                "readSeq": 0,
            }
            for user_id, (role, state) in people.items()
        ]


def _message(fixture: RoomFixture, seq: int, author_id: str) -> dict[str, Any]:
    return {
        "roomId": fixture.room_id,
        "seq": seq,
        "type": "TEXT",
        "content": "prepared",
        "authorId": author_id,
        "authorName": "Prepared",
        "clientMessageId": f"prepared-{seq}",
        "createdAt": NOW,
    }


def _report(fixture: RoomFixture) -> dict[str, Any]:
    return {
        "roomId": fixture.room_id,
        "reportId": fixture.report_id,
        "seq": 1,
        "authorId": fixture.member_id,
        "reporterId": fixture.outcast_id,
        "reporterName": "Extra",
        "reason": "prepared",
        "status": "OPEN",
        "createdAt": NOW,
    }
