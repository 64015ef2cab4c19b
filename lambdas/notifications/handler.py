"""Processes the streams of messages and memberships: notifies users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from lambdas.common.clients import BACKGROUND
from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.common.streams import Change, handle_changes
from lambdas.notifications.aws import DynamoChat, DynamoInbox, GraphqlPublisher, Settings
from lambdas.notifications.delivery import Inbox, Publisher, deliver_all
from lambdas.notifications.logic import Chat, membership_notifications, message_notifications

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class Notifier:
    """Delivers the notifications of changes."""

    messages_table_name: str
    chat: Chat
    inbox: Inbox
    publisher: Publisher

    def handle(self, change: Change) -> None:
        """Notify the users that a changed message or membership concerns."""
        if change.table == self.messages_table_name:
            notifications = message_notifications(change, self.chat, datetime.now(UTC))
        else:
            notifications = membership_notifications(change, self.chat)
        count("NotificationsDelivered", deliver_all(notifications, self.inbox, self.publisher))


@cache
def _notifier() -> Notifier:
    """Create the clients once per execution environment."""
    settings = Settings.from_environment()
    dynamodb = boto3.client("dynamodb", config=BACKGROUND.config)
    return Notifier(
        messages_table_name=settings.messages_table_name,
        chat=DynamoChat(settings, dynamodb),
        inbox=DynamoInbox(settings, dynamodb),
        publisher=GraphqlPublisher(GraphqlClient.from_session(settings.graphql_url)),
    )


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Return the failed records; Lambda retries from the first of them on."""
    return handle_changes(event, context, _notifier().handle)
