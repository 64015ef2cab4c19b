"""PreSignUp trigger: restricts sign-up to e-mail domains."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import Json

from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.common.settings import FunctionSettings
from lambdas.pre_sign_up.logic import SignUpRefusedError, admit

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Settings(FunctionSettings):
    """Environment variables of the function."""

    allowed_email_domains: Json[tuple[str, ...]]
    """JSON list of domains in lower case, without the "@"."""


@cache
def _settings() -> Settings:
    """Read the settings once per execution environment."""
    return Settings.from_environment()


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Return the event unchanged, or raise an error, whose message Cognito shows to the user."""
    try:
        admit(event, _settings().allowed_email_domains)
    except SignUpRefusedError:
        count("SignUpsRefused")
        logger.info("Sign-up refused", extra={"trigger": event["triggerSource"]})
        raise
    return event
