"""Entry point of the message events: records of the stream of messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from lambdas.common.clients import LATER
from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import logger, metrics, tracer
from lambdas.common.settings import BucketName, FunctionSettings, TableName, Url
from lambdas.common.streams import Change, handle_changes
from lambdas.message_events.aws import DynamoReactions, GraphqlPublisher, S3Files
from lambdas.message_events.dependents import Files, Reactions, look_after
from lambdas.message_events.subscriptions import Publisher, publish_event

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Settings(FunctionSettings):
    """Environment variables of the function."""

    graphql_url: Url
    bucket_name: BucketName
    reactions_table_name: TableName


@dataclass(frozen=True, slots=True)
class MessageEvents:
    """Does what follows from a change."""

    files: Files
    reactions: Reactions
    publisher: Publisher

    def handle(self, change: Change) -> None:
        """Publish the event that the change has left; keep or remove what belongs to the message."""
        publish_event(change, self.publisher)
        look_after(change, self.files, self.reactions)


@cache
def _message_events() -> MessageEvents:
    """Build the clients once in the life of an execution environment."""
    settings = Settings.from_environment()
    return MessageEvents(
        files=S3Files(settings, boto3.client("s3", config=LATER.config)),
        reactions=DynamoReactions(settings, boto3.client("dynamodb", config=LATER.config)),
        publisher=GraphqlPublisher(GraphqlClient.from_session(settings.graphql_url)),
    )


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answer with the records that failed, so that Lambda repeats from the first of them."""
    return handle_changes(event, context, _message_events().handle)
