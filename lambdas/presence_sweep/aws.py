"""Presence in DynamoDB, and publishing through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.common.publishing import PUBLISH_PRESENCE
from lambdas.common.settings import FunctionSettings, TableName, Url
from lambdas.common.tables import DynamoTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.common.graphql import GraphqlClient
    from lambdas.common.items import Row


class Settings(FunctionSettings):
    """Environment variables of the function."""

    graphql_url: Url
    presence_table_name: TableName
    memberships_table_name: TableName
    rooms_table_name: TableName


class DynamoPresence:
    """Presence, memberships and rooms in their tables."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._presence = DynamoTable(dynamodb, settings.presence_table_name)
        self._memberships = DynamoTable(dynamodb, settings.memberships_table_name)
        self._rooms = DynamoTable(dynamodb, settings.rooms_table_name)

    def not_offline(self, shard: str) -> list[Row]:
        """Return the rows of a shard of the index. The index has keys only, so that the rows are read by key."""
        keys = [{"userId": row["userId"]} for row in self._presence.query("onlineShard", shard, index="byOnline")]
        return self._presence.get_many(keys)

    def take_offline(self, user_id: str, last_seen_at: str) -> bool:
        """Mark a user offline unless there was a heartbeat since; return whether it was done."""
        changed = self._presence.update(
            {"userId": user_id},
            "SET #status = :offline REMOVE onlineShard",
            condition="lastSeenAt = :seen AND #status <> :offline",
            names={"#status": "status"},
            values={":offline": "OFFLINE", ":seen": last_seen_at},
        )
        return changed is not None

    def publishes_presence(self, room_id: str, user_id: str, largest_room: int) -> bool:
        """Return whether the room is small enough for presence, and the user is an active member."""
        room = self._rooms.get({"roomId": room_id})
        if room is None or room.get("memberCount", 0) > largest_room:
            return False
        membership = self._memberships.get({"roomId": room_id, "userId": user_id})
        return membership is not None and membership.get("state") == "ACTIVE"


class GraphqlPublisher:
    """Publishes presence through the mutation ``publishPresence``."""

    def __init__(self, client: GraphqlClient) -> None:
        self._client = client

    def went_offline(self, room_id: str, user_id: str, last_seen_at: str) -> None:
        """Publish to a room that a user went offline."""
        presence = {"userId": user_id, "status": "OFFLINE", "lastSeenAt": last_seen_at, "chatRoomId": room_id}
        self._client.execute(PUBLISH_PRESENCE, {"input": presence})
