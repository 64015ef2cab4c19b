"""The ports of the room events, on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from lambdas.common.system_message import published
from lambdas.common.tables import DynamoTable
from lambdas.room_events.sending import Place

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.common.graphql import GraphqlClient
    from lambdas.common.items import Row
    from lambdas.common.system_message import SystemMessage
    from lambdas.room_events.handler import Settings

_DAY = 24 * 3600
_MARKER_SECONDS = 2 * _DAY
"""A stream keeps its records for one day: no record is delivered after that."""


class DynamoMembers:
    """Memberships in their table."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._memberships = DynamoTable(dynamodb, settings.memberships_table_name)

    def is_active(self, room_id: str, user_id: str) -> bool:
        """Tell whether the user is in the room at this moment."""
        row = self._memberships.get({"roomId": room_id, "userId": user_id}, consistent=True)
        return row is not None and row.get("state") == "ACTIVE"


class DynamoRooms:
    """Rooms in their table."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._rooms = DynamoTable(dynamodb, settings.rooms_table_name)

    def current(self, room_id: str) -> Row | None:
        """Return a room as it is at this moment."""
        return self._rooms.get({"roomId": room_id}, consistent=True)

    def forget_event(self, room_id: str, event_id: str) -> None:
        """Take an event out of its row, unless another one has taken its place."""
        self._rooms.update(
            {"roomId": room_id}, "REMOVE unpublished", condition="unpublished.id = :id", values={":id": event_id}
        )


class DynamoChat:
    """Rooms, markers and messages in their tables."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._rooms = DynamoTable(dynamodb, settings.rooms_table_name)
        self._markers = DynamoTable(dynamodb, settings.deduplication_table_name)
        self._messages = DynamoTable(dynamodb, settings.messages_table_name)
        self._retention_days = settings.retention_days

    def marked(self, message: SystemMessage) -> Place | None:
        """Return the place that an earlier delivery has found."""
        row = self._markers.get(_marker_key(message), consistent=True)
        return None if row is None else _marked_place(row)

    def advance(self, message: SystemMessage, now: datetime) -> Place | None:
        """Take the room's next number, and show the message as the room's last one.

        Freezing and slow mode are for people: what they do not send is told all the same.
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
        return Place(room["lastSeq"], int(now.timestamp()) + days * _DAY if days else None)

    def mark(self, message: SystemMessage, place: Place, now: datetime) -> Place:
        """Keep the place unless another one is kept already."""
        marker = {
            **_marker_key(message),
            "seq": place.seq,
            "messageExpiresAt": place.expires_at,
            "expiresAt": int(now.timestamp()) + _MARKER_SECONDS,
        }
        if self._markers.put_new(marker, key="senderId"):
            return place
        return self._kept(message)

    def put(self, message: SystemMessage, place: Place, now: datetime) -> Row:
        """Write the message unless something is there."""
        row = message.row(place.seq, now, place.expires_at)
        if self._messages.put_new(row, key="roomId"):
            return row
        found = self._messages.get({"roomId": message.room_id, "seq": place.seq}, consistent=True)
        if found is None:
            raise LookupError(f"the message of event {message.event_id} is gone")
        return found

    def move(self, message: SystemMessage, closed: int, place: Place) -> Place:
        """Keep another place if the closed one is kept still."""
        moved = self._markers.update(
            _marker_key(message),
            "SET seq = :seq" + (", messageExpiresAt = :end" if place.expires_at else ""),
            condition="seq = :closed",
            values={":seq": place.seq, ":closed": closed} | ({":end": place.expires_at} if place.expires_at else {}),
        )
        return self._kept(message) if moved is None else place

    def _kept(self, message: SystemMessage) -> Place:
        row = self._markers.get(_marker_key(message), consistent=True)
        if row is None:
            raise LookupError(f"the marker of event {message.event_id} is gone")
        return _marked_place(row)


class GraphqlApi:
    """Subscriptions of the API."""

    def __init__(self, client: GraphqlClient) -> None:
        self._client = client

    def end(self, room_id: str, user_id: str) -> None:
        """End the user's subscriptions to the room."""
        self._client.execute(PUBLISH_ACCESS_ENDED, {"chatRoomId": room_id, "userId": user_id})

    def publish(self, row: Row) -> None:
        """Bring a system message to the room's subscriptions."""
        self._client.execute(PUBLISH_MESSAGE, {"input": published(row)})

    def membership_changed(self, room_id: str, user_id: str) -> None:
        """Bring a membership to the room's subscriptions."""
        publish(self._client, PUBLISH_MEMBERSHIP_CHANGED, {"chatRoomId": room_id, "userId": user_id})

    def typing(self, indicator: Row, *, is_writing: bool) -> None:
        """Bring to the room's subscriptions that a member starts or stops writing."""
        document = PUBLISH_TYPING_STARTED if is_writing else PUBLISH_TYPING_STOPPED
        self._client.execute(document, {"input": indicator})

    def present(self, presence: Row) -> None:
        """Bring how a member is present to the room's subscriptions."""
        self._client.execute(PUBLISH_PRESENCE, {"input": presence})


def _marker_key(message: SystemMessage) -> dict[str, str]:
    """The key of the event's marker: beside those of people, whose part after the ``#`` is never empty."""
    return {"senderId": f"{message.room_id}#", "clientMessageId": message.event_id}


def _marked_place(row: Row) -> Place:
    return Place(row["seq"], row.get("messageExpiresAt"))
