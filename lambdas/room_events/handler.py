"""Processes the streams of memberships and rooms: events, end of access, system messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import boto3

from lambdas.common.clients import BACKGROUND
from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.common.streams import Change, handle_changes
from lambdas.common.times import iso8601
from lambdas.room_events.aws import DynamoChat, DynamoMembers, DynamoRooms, GraphqlApi, Settings
from lambdas.room_events.sending import Chat, send
from lambdas.room_events.subscriptions import Access, Members, Rooms, Signals, end_access, publish_event
from lambdas.room_events.system_message_rules import membership_message, room_message

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambdas.common.items import Row
    from lambdas.common.system_message import SystemMessage, Topic


class Publisher(Signals, Protocol):
    """Publishes to a room's subscribers."""

    def publish(self, row: Row) -> None:
        """Publish a message; subscribers recognize a repeated one by its ``seq``."""
        ...


@dataclass(frozen=True, slots=True)
class RoomEvents:
    """Processes changes of memberships and rooms."""

    rooms_table_name: str
    topics: AbstractSet[Topic]
    """The enabled system messages."""
    members: Members
    access: Access
    chat: Chat
    rooms: Rooms
    publisher: Publisher

    def handle(self, change: Change) -> None:
        """Publish the stored event of a change, end the access of former members, and send the system message."""
        publish_event(change, self.publisher, self.rooms, iso8601(datetime.now(UTC)))
        if change.table == self.rooms_table_name:
            self._send(room_message(change))
        else:
            count("AccessEnded", int(end_access(change, self.members, self.access)))
            self._send(membership_message(change))

    def _send(self, message: SystemMessage | None) -> None:
        if message is None or message.topic not in self.topics:
            return
        row = send(message, self.chat, datetime.now(UTC))
        # A moderator may have deleted it before the record is delivered again.
        if row is not None and "deletedAt" not in row:
            self.publisher.publish(row)
            count("SystemMessagesSent")


@cache
def _room_events() -> RoomEvents:
    """Create the clients once per execution environment."""
    settings = Settings.from_environment()
    dynamodb = boto3.client("dynamodb", config=BACKGROUND.config)
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
    """Return the failed records; Lambda retries from the first of them on.

    In order, so that "left" is never sent before "joined".
    """
    return handle_changes(event, context, _room_events().handle, in_order=True)
