"""Processes the stream of messages: publishes events, and updates files and reactions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from lambdas.common.clients import BACKGROUND
from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import logger, metrics, tracer
from lambdas.common.streams import Change, handle_changes
from lambdas.message_events.aws import DynamoReactions, GraphqlPublisher, S3Files, Settings
from lambdas.message_events.dependents import Files, Reactions, update_dependents
from lambdas.message_events.subscriptions import Publisher, publish_event

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class MessageEvents:
    """Processes changes of messages."""

    files: Files
    reactions: Reactions
    publisher: Publisher

    def handle(self, change: Change) -> None:
        """Publish the stored event of a change, and update the dependents of the message."""
        publish_event(change, self.publisher)
        update_dependents(change, self.files, self.reactions)


@cache
def _message_events() -> MessageEvents:
    """Create the clients once per execution environment."""
    settings = Settings.from_environment()
    return MessageEvents(
        files=S3Files(settings, boto3.client("s3", config=BACKGROUND.config)),
        reactions=DynamoReactions(settings, boto3.client("dynamodb", config=BACKGROUND.config)),
        publisher=GraphqlPublisher(GraphqlClient.from_session(settings.graphql_url)),
    )


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Return the failed records; Lambda retries from the first of them on."""
    return handle_changes(event, context, _message_events().handle)
