"""Entry point of the PostConfirmation trigger."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from pydantic import Field

from lambdas.common.clients import AT_ONCE
from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.common.settings import FunctionSettings, TableName
from lambdas.post_confirmation.aws import AwsDirectory
from lambdas.post_confirmation.logic import welcome

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Settings(FunctionSettings):
    """Environment variables of the function."""

    users_table_name: TableName
    users_group_name: str = Field(default="Users", min_length=1)


@cache
def _directory() -> AwsDirectory:
    """Build the clients once in the life of an execution environment."""
    return AwsDirectory(
        Settings.from_environment(),
        cognito=boto3.client("cognito-idp", config=AT_ONCE.config),
        dynamodb=boto3.client("dynamodb", config=AT_ONCE.config),
    )


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  Lambda passes it
    """Welcome the user, and return the event as it came: Cognito takes anything else for a failure."""
    is_new = welcome(event, _directory(), datetime.now(UTC))
    count("SignUpsConfirmed", int(is_new))
    logger.info("Sign-up confirmed", extra={"trigger": event["triggerSource"], "profile_created": is_new})
    return event
