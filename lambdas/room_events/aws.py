"""The ports of the room events, on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.common.publishing import PUBLISH_ACCESS_ENDED
from lambdas.common.tables import DynamoTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.common.graphql import GraphqlClient
    from lambdas.room_events.settings import Settings


class DynamoMembers:
    """Memberships in their table."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._memberships = DynamoTable(dynamodb, settings.memberships_table_name)

    def is_active(self, room_id: str, user_id: str) -> bool:
        """Tell whether the user is in the room at this moment."""
        row = self._memberships.get({"roomId": room_id, "userId": user_id}, consistent=True)
        return row is not None and row.get("state") == "ACTIVE"


class GraphqlAccess:
    """Subscriptions of the API."""

    def __init__(self, client: GraphqlClient) -> None:
        self._client = client

    def end(self, room_id: str, user_id: str) -> None:
        """End the user's subscriptions to the room."""
        self._client.execute(PUBLISH_ACCESS_ENDED, {"chatRoomId": room_id, "userId": user_id})
