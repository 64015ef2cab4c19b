"""Rooms, members, messages and the inbox in DynamoDB, and publishing through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.common.publishing import PUBLISH_NOTIFICATION
from lambdas.common.settings import FunctionSettings, TableName, Url
from lambdas.common.tables import DynamoTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.common.graphql import GraphqlClient
    from lambdas.common.items import Row
    from lambdas.notifications.delivery import Notification


class Settings(FunctionSettings):
    """Environment variables of the function."""

    graphql_url: Url
    rooms_table_name: TableName
    memberships_table_name: TableName
    messages_table_name: TableName
    notifications_table_name: TableName


class DynamoChat:
    """Rooms, members and messages in their tables."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._rooms = DynamoTable(dynamodb, settings.rooms_table_name)
        self._memberships = DynamoTable(dynamodb, settings.memberships_table_name)
        self._messages = DynamoTable(dynamodb, settings.messages_table_name)

    def room(self, room_id: str) -> Row | None:
        """Return a room."""
        return self._rooms.get({"roomId": room_id})

    def memberships(self, room_id: str, user_ids: Iterable[str]) -> list[Row]:
        """Return the memberships that exist."""
        return self._memberships.get_many([{"roomId": room_id, "userId": user_id} for user_id in sorted(user_ids)])

    def all_memberships(self, room_id: str) -> Iterable[Row]:
        """Return all memberships of a room."""
        return self._memberships.query("roomId", room_id)

    def message(self, room_id: str, seq: int) -> Row | None:
        """Return a message."""
        return self._messages.get({"roomId": room_id, "seq": seq})

    def count_mention(self, room_id: str, user_id: str, seq: int) -> None:
        """Count a mention unless the member has read it, or this or a later mention is counted already.

        Records of a room are in the order of their sequence numbers, so that a repeated record is not counted twice.
        """
        self._memberships.update(
            {"roomId": room_id, "userId": user_id},
            "SET lastMentionSeq = :seq ADD mentionCount :one",
            condition="attribute_exists(roomId) AND (attribute_not_exists(lastMentionSeq) OR lastMentionSeq < :seq)"
            " AND (attribute_not_exists(readSeq) OR readSeq < :seq)",
            values={":seq": seq, ":one": 1},
        )


class DynamoInbox:
    """Notifications in their table."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._notifications = DynamoTable(dynamodb, settings.notifications_table_name)

    def add(self, notification: Notification) -> bool:
        """Store it; return whether it was new."""
        return self._notifications.put_new(notification.row, key="userId")

    def withdraw(self, notification: Notification) -> None:
        """Delete it."""
        self._notifications.delete({"userId": notification.user_id, "notificationId": notification.notification_id})


class GraphqlPublisher:
    """Publishes notifications through the mutation ``publishNotification``."""

    def __init__(self, client: GraphqlClient) -> None:
        self._client = client

    def publish(self, notification: Notification) -> None:
        """Publish to the user's subscriptions."""
        self._client.execute(PUBLISH_NOTIFICATION, {"input": notification.to_public()})
