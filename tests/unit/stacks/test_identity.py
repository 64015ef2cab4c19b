"""Tests of Cognito: sign-in by e-mail, a public client without a secret, groups, and the trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.post_confirmation.aws import Settings as PostConfirmationSettings

if TYPE_CHECKING:
    from tests.unit.stacks.synthesized import Synthesized


def test_sign_in_by_email_is_case_insensitive(stack: Synthesized) -> None:
    pool = stack.only("aws_cognito_user_pool")
    assert pool["username_attributes"] == ["email"]
    assert pool["auto_verified_attributes"] == ["email"]
    assert pool["username_configuration"] == {"case_sensitive": False}
    assert "alias_attributes" not in pool


def test_the_password_policy_follows_the_settings(stack: Synthesized) -> None:
    policy = stack.only("aws_cognito_user_pool")["password_policy"]
    assert policy["minimum_length"] == stack.settings.identity.password_minimum_length >= 12


def test_the_web_client_has_no_secret_and_sends_no_password(stack: Synthesized) -> None:
    client = stack.only("aws_cognito_user_pool_client")
    assert client["generate_secret"] is False
    assert client["explicit_auth_flows"] == ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    assert client["prevent_user_existence_errors"] == "ENABLED"
    assert client["enable_token_revocation"] is True
    assert "allowed_oauth_flows" not in client


def test_users_may_change_only_their_name_and_email(stack: Synthesized) -> None:
    assert stack.only("aws_cognito_user_pool_client")["write_attributes"] == ["email", "name"]


def test_groups_have_a_precedence(stack: Synthesized) -> None:
    groups = stack.all("aws_cognito_user_group").values()
    assert {group["name"]: group["precedence"] for group in groups} == {"Admins": 1, "Moderators": 2, "Users": 3}


def test_only_this_pool_may_call_the_trigger(stack: Synthesized) -> None:
    pool = stack.only("aws_cognito_user_pool")
    trigger = "${aws_lambda_function.post_confirmation.arn}"
    assert pool["lambda_config"] == {"post_confirmation": trigger, "post_authentication": trigger}
    permission = stack.only("aws_lambda_permission")
    assert permission["principal"] == "cognito-idp.amazonaws.com"
    assert permission["source_arn"] == "${aws_cognito_user_pool.pool.arn}"


def test_the_trigger_has_its_required_settings(stack: Synthesized) -> None:
    function = stack.all("aws_lambda_function")["post_confirmation"]
    own = {name for name in function["environment"]["variables"] if not name.startswith("POWERTOOLS_")}
    assert own == {field.alias for field in PostConfirmationSettings.model_fields.values()}


def test_the_group_of_the_trigger_exists(stack: Synthesized) -> None:
    variables = stack.all("aws_lambda_function")["post_confirmation"]["environment"]["variables"]
    groups = {group["name"] for group in stack.all("aws_cognito_user_group").values()}
    assert variables["USERS_GROUP_NAME"] in groups
