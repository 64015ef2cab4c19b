"""Memberships, rooms and messages in DynamoDB, and publishing through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, Json

from contract.fields import ROOM
from contract.limits import LIMITS
from lambdas.common.publishing import (
    PUBLISH_ACCESS_ENDED,
    PUBLISH_MEMBERSHIP_CHANGED,
    PUBLISH_MESSAGE,
    PUBLISH_PRESENCE,
    PUBLISH_TYPING_STARTED,
    PUBLISH_TYPING_STOPPED,
    publish,
)
from lambdas.common.settings import FunctionSettings, TableName, Url
from lambdas.common.system_message import Topic, published
from lambdas.common.tables import DynamoTable
from lambdas.room_events.sending import Position

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.common.graphql import GraphqlClient
    from lambdas.common.items import Row
    from lambdas.common.system_message import SystemMessage

_DAY = 24 * 3600
_MARKER_SECONDS = 2 * _DAY
"""Streams retain records for one day: no record is delivered after that."""


class Settings(FunctionSettings):
    """Environment variables of the function."""

    graphql_url: Url
    rooms_table_name: TableName
    memberships_table_name: TableName
    messages_table_name: TableName
    deduplication_table_name: TableName
    retention_days: int = Field(ge=0)
    """Days after which messages expire in every room; 0 to keep them."""
    system_messages: Json[frozenset[Topic]]
    """JSON list of the topics that rooms get system messages about."""


class DynamoMembers:
    """The memberships table."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._memberships = DynamoTable(dynamodb, settings.memberships_table_name)

    def is_active(self, room_id: str, user_id: str) -> bool:
        """Return whether the user is an active member, read strongly consistent."""
        row = self._memberships.get({"roomId": room_id, "userId": user_id}, consistent=True)
        return row is not None and row.get("state") == "ACTIVE"


class DynamoRooms:
    """The rooms table."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._rooms = DynamoTable(dynamodb, settings.rooms_table_name)

    def current(self, room_id: str) -> Row | None:
        """Return a room, read strongly consistent."""
        return self._rooms.get({"roomId": room_id}, consistent=True)

    def forget_event(self, room_id: str, event_id: str) -> None:
        """Remove an event from the row of its room, unless another event has replaced it."""
        self._rooms.update(
            {"roomId": room_id}, "REMOVE unpublished", condition="unpublished.id = :id", values={":id": event_id}
        )


class DynamoChat:
    """The tables of rooms, idempotency records and messages."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._rooms = DynamoTable(dynamodb, settings.rooms_table_name)
        self._markers = DynamoTable(dynamodb, settings.deduplication_table_name)
        self._messages = DynamoTable(dynamodb, settings.messages_table_name)
        self._retention_days = settings.retention_days

    def marked(self, message: SystemMessage) -> Position | None:
        """Return the position that an earlier delivery reserved."""
        row = self._markers.get(_marker_key(message), consistent=True)
        return None if row is None else _marked_position(row)

    def advance(self, message: SystemMessage, now: datetime) -> Position | None:
        """Reserve the room's next sequence number, and set the message as the room's last message.

        Frozen rooms and slow mode restrict users, not system messages.
        """
        preview = message.preview(now)
        is_about_members = message.topic != "renamed"
        room = self._rooms.update(
            {"roomId": message.room_id},
            "ADD lastSeq :one SET lastMessage = :preview, lastMessageAt = :now"
            f" REMOVE {', '.join(ROOM.attributes(passing=True))}",
            condition="attribute_exists(roomId) AND attribute_not_exists(archivedAt)"
            + (" AND memberCount <= :most" if is_about_members else ""),
            values={":one": 1, ":preview": preview, ":now": preview["createdAt"]}
            | ({":most": LIMITS["presenceMembersMaximum"]} if is_about_members else {}),
        )
        if room is None:
            return None
        limits = [days for days in (room.get("retentionDays"), self._retention_days) if days]
        days = min(limits, default=None)
        return Position(room["lastSeq"], int(now.timestamp()) + days * _DAY if days else None)

    def mark(self, message: SystemMessage, position: Position, now: datetime) -> Position:
        """Store a message's position, unless an earlier delivery stored one; return the stored position."""
        marker = {
            **_marker_key(message),
            "seq": position.seq,
            "messageExpiresAt": position.expires_at,
            "expiresAt": int(now.timestamp()) + _MARKER_SECONDS,
        }
        if self._markers.put_new(marker, key="senderId"):
            return position
        return self._kept(message)

    def put(self, message: SystemMessage, position: Position, now: datetime) -> Row:
        """Write the message unless the position is taken."""
        row = message.row(position.seq, now, position.expires_at)
        if self._messages.put_new(row, key="roomId"):
            return row
        found = self._messages.get({"roomId": message.room_id, "seq": position.seq}, consistent=True)
        if found is None:
            raise LookupError(f"the message of event {message.event_id} does not exist anymore")
        return found

    def move(self, message: SystemMessage, closed: int, position: Position) -> Position:
        """Replace a closed position, if it is still the stored one."""
        moved = self._markers.update(
            _marker_key(message),
            "SET seq = :seq" + (", messageExpiresAt = :end" if position.expires_at else ""),
            condition="seq = :closed",
            values={":seq": position.seq, ":closed": closed}
            | ({":end": position.expires_at} if position.expires_at else {}),
        )
        return self._kept(message) if moved is None else position

    def _kept(self, message: SystemMessage) -> Position:
        row = self._markers.get(_marker_key(message), consistent=True)
        if row is None:
            raise LookupError(f"the idempotency record of event {message.event_id} does not exist anymore")
        return _marked_position(row)


class GraphqlApi:
    """Publishes changes of memberships through the ``publish...`` mutations, and ends subscriptions."""

    def __init__(self, client: GraphqlClient) -> None:
        self._client = client

    def end(self, room_id: str, user_id: str) -> None:
        """End the user's subscriptions to the room."""
        self._client.execute(PUBLISH_ACCESS_ENDED, {"chatRoomId": room_id, "userId": user_id})

    def publish(self, row: Row) -> None:
        """Publish a system message."""
        self._client.execute(PUBLISH_MESSAGE, {"input": published(row)})

    def membership_changed(self, room_id: str, user_id: str) -> None:
        """Publish a membership."""
        publish(self._client, PUBLISH_MEMBERSHIP_CHANGED, {"chatRoomId": room_id, "userId": user_id})

    def typing(self, indicator: Row, *, is_typing: bool) -> None:
        """Publish that a member starts or stops typing."""
        document = PUBLISH_TYPING_STARTED if is_typing else PUBLISH_TYPING_STOPPED
        self._client.execute(document, {"input": indicator})

    def present(self, presence: Row) -> None:
        """Publish the presence of a member."""
        self._client.execute(PUBLISH_PRESENCE, {"input": presence})


def _marker_key(message: SystemMessage) -> dict[str, str]:
    """Return the key of the event's idempotency record. Those of users have a user id after the ``#``."""
    return {"senderId": f"{message.room_id}#", "clientMessageId": message.event_id}


def _marked_position(row: Row) -> Position:
    return Position(row["seq"], row.get("messageExpiresAt"))
