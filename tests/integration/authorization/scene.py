"""Rooms prepared for the matrix: somebody in every role, messages and a report, put there behind the API's back."""

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
class Scene:
    """One room and what is in it."""

    room_id: str
    caller: ChatUser
    member_id: str
    """A plain member who is nobody of the roles: whom moderation is about."""
    outcast_id: str
    """Somebody who is banned."""
    guest_id: str
    """A user who has nothing to do with the room."""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    """What was stored of the room, by table and in the order of the keys."""

    @property
    def message_id(self) -> str:
        """A message of the plain member's."""
        return f"{self.room_id}:1"

    @property
    def own_message_id(self) -> str:
        """A message of the caller's, sent when the caller still was in the room."""
        return f"{self.room_id}:2"

    @property
    def report_id(self) -> str:
        """An open report of the plain member's message."""
        return f"0000000001:{self.outcast_id}"


class Stage:
    """Makes rooms with the same cast.

    Args:
        backend: the running backend.
        cast: somebody signed in for every role.
    """

    def __init__(self, backend: LocalBackend, cast: Mapping[Role, ChatUser]) -> None:
        self.cast = cast
        self._tables = {name: backend.table(name) for name in (*TABLES, "users")}
        self._batch_write_item: Callable[..., Any] = self._tables["rooms"].meta.client.batch_write_item
        self._member_id, self._outcast_id, self._guest_id = (f"extra-{uuid4()}" for _ in range(3))
        for user_id in (self._member_id, self._outcast_id, self._guest_id):
            self._tables["users"].put_item(Item={"userId": user_id, "displayName": "Extra", "createdAt": NOW})
        # Who may ask for a deletion is told so without losing the account, which the other rules need.
        count_as_deleted(backend, *{user.id for user in cast.values()})

    def prepare(self, state: State, caller: ChatUser) -> Scene:
        """Make a room in a state, in one call: there are thousands."""
        scene = Scene(f"room-{uuid4()}", caller, self._member_id, self._outcast_id, self._guest_id)
        scene.rows.update(
            rooms=[self._room(scene, state)],
            memberships=sorted(self._memberships(scene), key=lambda row: str(row["userId"])),
            messages=[_message(scene, 1, scene.member_id), _message(scene, 2, caller.id)],
            reports=[_report(scene)],
            audit=[],
        )
        left = self._batch_write_item(
            RequestItems={
                self._tables[name].name: [{"PutRequest": {"Item": item}} for item in items]
                for name, items in scene.rows.items()
                if items
            }
        )["UnprocessedItems"]
        assert not left
        return scene

    def stored(self, scene: Scene) -> dict[str, list[Row]]:
        """Everything that is stored of a room."""
        condition = Key("roomId").eq(scene.room_id)
        return {
            name: self._tables[name].query(KeyConditionExpression=condition, ConsistentRead=True)["Items"]
            for name in TABLES
        }

    def _room(self, scene: Scene, state: State) -> dict[str, Any]:
        is_public = state is not State.PRIVATE
        return {
            "roomId": scene.room_id,
            "name": "Prepared",
            "visibility": "PUBLIC" if is_public else "PRIVATE",
            "createdBy": self.cast[Role.OWNER].id,
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

    def _memberships(self, scene: Scene) -> list[dict[str, Any]]:
        people = {self.cast[role].id: standing for role, standing in STATES_OF_MEMBERSHIP.items()}
        people |= {scene.member_id: ("MEMBER", "ACTIVE"), scene.outcast_id: ("MEMBER", "BANNED")}
        return [
            {
                "roomId": scene.room_id,
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


def _message(scene: Scene, seq: int, author_id: str) -> dict[str, Any]:
    return {
        "roomId": scene.room_id,
        "seq": seq,
        "type": "TEXT",
        "content": "prepared",
        "authorId": author_id,
        "authorName": "Prepared",
        "clientMessageId": f"prepared-{seq}",
        "createdAt": NOW,
    }


def _report(scene: Scene) -> dict[str, Any]:
    return {
        "roomId": scene.room_id,
        "reportId": scene.report_id,
        "seq": 1,
        "authorId": scene.member_id,
        "reporterId": scene.outcast_id,
        "reporterName": "Extra",
        "reason": "prepared",
        "status": "OPEN",
        "createdAt": NOW,
    }
