"""Marks users offline after missed heartbeats, every minute."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from lambdas.common.clients import BACKGROUND
from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.presence_sweep.aws import DynamoPresence, GraphqlPublisher, Settings
from lambdas.presence_sweep.logic import Presence, Publisher, sweep

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def _ports() -> tuple[Presence, Publisher]:
    """Create the clients once per execution environment."""
    settings = Settings.from_environment()
    client = GraphqlClient.from_session(settings.graphql_url)
    return DynamoPresence(settings, boto3.client("dynamodb", config=BACKGROUND.config)), GraphqlPublisher(client)


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001 - Lambda passes them
    """Mark users offline."""
    presence, publisher = _ports()
    gone = sweep(presence, publisher, datetime.now(UTC))
    count("UsersWentOffline", gone)
    if gone:
        logger.info("Users went offline", extra={"count": gone})
