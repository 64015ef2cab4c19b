"""Entry point of the room events: records of the streams of memberships and rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from pydantic import Field, Json

from lambdas.common.clients import LATER
from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.common.settings import FunctionSettings, TableName, Url
from lambdas.common.streams import Change, handle_changes
from lambdas.common.system_message import Topic
from lambdas.common.times import iso8601
from lambdas.room_events.aws import DynamoChat, DynamoMembers, DynamoRooms, GraphqlApi
from lambdas.room_events.sending import Chat, send
from lambdas.room_events.subscriptions import Access, Members, Rooms, Signals, end_access, publish_event
from lambdas.room_events.system_message_rules import membership_message, room_message

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambdas.common.items import Row
    from lambdas.common.system_message import SystemMessage


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


class Publisher(Signals, Protocol):
    """Who tells a room's subscribers."""

    def publish(self, row: Row) -> None:
        """Bring a message to the room's subscriptions; they know a repeated one by its ``seq``."""
        ...


@dataclass(frozen=True, slots=True)
class RoomEvents:
    """Does what follows from a change."""

    rooms_table_name: str
    topics: AbstractSet[Topic]
    """What the rooms are told of."""
    members: Members
    access: Access
    chat: Chat
    rooms: Rooms
    publisher: Publisher

    def handle(self, change: Change) -> None:
        """End the access of whoever is not in the room any more, and tell the room what has changed."""
        publish_event(change, self.publisher, self.rooms, iso8601(datetime.now(UTC)))
        if change.table == self.rooms_table_name:
            self._tell(room_message(change))
        else:
            count("AccessEnded", int(end_access(change, self.members, self.access)))
            self._tell(membership_message(change))

    def _tell(self, message: SystemMessage | None) -> None:
        if message is None or message.topic not in self.topics:
            return
        row = send(message, self.chat, datetime.now(UTC))
        # A moderator may have deleted it before a repeated record comes.
        if row is not None and "deletedAt" not in row:
            self.publisher.publish(row)
            count("SystemMessagesSent")


@cache
def _room_events() -> RoomEvents:
    """Build the clients once in the life of an execution environment."""
    settings = Settings.from_environment()
    dynamodb = boto3.client("dynamodb", config=LATER.config)
    api = GraphqlApi(GraphqlClient.from_session(settings.graphql_url))
    return RoomEvents(
        rooms_table_name=settings.rooms_table_name,
        topics=settings.system_messages,
        members=DynamoMembers(settings, dynamodb),
        access=api,
        chat=DynamoChat(settings, dynamodb),
        rooms=DynamoRooms(settings, dynamodb),
        publisher=api,
    )


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answer with the records that failed, so that Lambda repeats from the first of them.

    In order, so that no room is told of somebody's going before the coming.
    """
    return handle_changes(event, context, _room_events().handle, in_order=True)
