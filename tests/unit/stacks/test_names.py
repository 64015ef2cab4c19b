"""Tests of names: format, and limits of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.names import InvalidNameError, physical_name
from tests.helpers.environments import frozen_settings

if TYPE_CHECKING:
    from tests.unit.stacks.synthesized import Synthesized

NAMED = {
    "aws_appsync_graphql_api": "name",
    "aws_cloudwatch_dashboard": "dashboard_name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_cognito_user_pool": "name",
    "aws_cognito_user_pool_client": "name",
    "aws_dynamodb_table": "name",
    "aws_iam_role": "name",
    "aws_lambda_function": "function_name",
}


def test_a_name_is_application_component_environment() -> None:
    (dev,) = frozen_settings(CHAT_ENVIRONMENTS="dev")
    assert physical_name(dev, "rooms", "table") == "chat-rooms-dev"


def test_a_name_that_is_too_long_is_refused() -> None:
    (dev,) = frozen_settings(CHAT_ENVIRONMENTS="dev")
    with pytest.raises(InvalidNameError, match="AWS allows 64"):
        physical_name(dev, "x" * 60, "role")


def test_a_name_with_other_characters_is_refused() -> None:
    (dev,) = frozen_settings(CHAT_ENVIRONMENTS="dev")
    with pytest.raises(InvalidNameError, match="AWS does not allow"):
        physical_name(dev, "über", "table")


def test_every_name_contains_application_and_environment(stack: Synthesized) -> None:
    for kind, attribute in NAMED.items():
        for resource in stack.all(kind).values():
            assert resource[attribute].startswith(f"{stack.settings.app_name}-")
            assert resource[attribute].endswith(f"-{stack.settings.environment}")


def test_names_fit_for_the_longest_application_and_environment(stack: Synthesized) -> None:
    longest = stack.settings.model_copy(update={"app_name": "a" * 20, "environment": "e" * 12})
    prefix, suffix = f"{stack.settings.app_name}-", f"-{stack.settings.environment}"
    for role in stack.all("aws_iam_role").values():
        physical_name(longest, role["name"].removeprefix(prefix).removesuffix(suffix), "role")
    for function in stack.all("aws_lambda_function").values():
        physical_name(longest, function["function_name"].removeprefix(prefix).removesuffix(suffix), "function")
    physical_name(longest, "api", "api")
