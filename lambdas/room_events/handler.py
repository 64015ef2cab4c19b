"""Entry point of the room events: records of the stream of memberships."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import logger, tracer
from lambdas.common.streams import Change, handle_changes
from lambdas.room_events.access import Access, Members, end_access
from lambdas.room_events.aws import DynamoMembers, GraphqlAccess
from lambdas.room_events.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class RoomEvents:
    """Does what follows from a change."""

    members: Members
    access: Access

    def handle(self, change: Change) -> None:
        """End the access of whoever is not in the room any more."""
        end_access(change, self.members, self.access)


@cache
def _room_events() -> RoomEvents:
    """Build the clients once in the life of an execution environment."""
    settings = Settings.from_environment()
    client = GraphqlClient.from_session(settings.graphql_url)
    return RoomEvents(DynamoMembers(settings, boto3.client("dynamodb")), GraphqlAccess(client))


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answer with the records that failed, so that Lambda repeats from the first of them."""
    return handle_changes(event, context, _room_events().handle)
