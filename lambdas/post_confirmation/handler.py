"""PostConfirmation and PostAuthentication trigger: adds users to the group and creates their profiles.

Cognito refuses a sign-in whose trigger fails. A user without a profile can still read and write, and the next sign-in
repeats the work, so an error of AWS is logged and counted instead. A failed sign-up is reported: it happens once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.common.clients import INTERACTIVE
from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.post_confirmation.aws import AwsDirectory, Settings
from lambdas.post_confirmation.logic import SIGN_IN, set_up_user

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def _directory() -> AwsDirectory:
    """Create the clients once per execution environment."""
    return AwsDirectory(
        Settings.from_environment(),
        cognito=boto3.client("cognito-idp", config=INTERACTIVE.config),
        dynamodb=boto3.client("dynamodb", config=INTERACTIVE.config),
    )


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Set up the user and return the event unchanged, as Cognito requires."""
    source = event["triggerSource"]
    try:
        is_new = set_up_user(event, _directory(), datetime.now(UTC))
    except (BotoCoreError, ClientError):
        if source != SIGN_IN:
            raise
        logger.exception("Signed in without group and profile", extra={"trigger": source})
        count("ProfilesFailed")
        return event
    if source == SIGN_IN:
        if is_new:
            logger.info("Profile created at sign-in", extra={"trigger": source})
        return event
    count("SignUpsConfirmed", int(is_new))
    logger.info("Sign-up confirmed", extra={"trigger": source, "profile_created": is_new})
    return event
