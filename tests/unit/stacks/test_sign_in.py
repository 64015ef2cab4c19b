"""Tests of sign-in and sign-up: second factor, e-mail domains, token rotation, OpenID Connect provider."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from lambdas.pre_sign_up.handler import Settings as PreSignUpSettings
from ops.order import PromotionOrder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.stacks.synthesized import Synthesized


def test_the_second_factor_is_an_authenticator_app(hardened: Synthesized, stacks: dict[str, Synthesized]) -> None:
    pool = hardened.only("aws_cognito_user_pool")
    assert pool["mfa_configuration"] == "ON"
    assert pool["software_token_mfa_configuration"] == {"enabled": True}
    assert "sms_configuration" not in pool
    assert stacks["prod"].only("aws_cognito_user_pool")["mfa_configuration"] == "OFF"


def test_threat_protection_selects_the_plan_that_includes_it(hardened: Synthesized) -> None:
    pool = hardened.only("aws_cognito_user_pool")
    assert (pool["user_pool_tier"], pool["user_pool_add_ons"]) == ("PLUS", {"advanced_security_mode": "ENFORCED"})


def test_sign_up_is_limited_to_the_configured_domains(hardened: Synthesized, stacks: dict[str, Synthesized]) -> None:
    triggers = hardened.only("aws_cognito_user_pool")["lambda_config"]
    assert triggers["pre_sign_up"] == "${aws_lambda_function.pre_sign_up.arn}"
    function = hardened.all("aws_lambda_function")["pre_sign_up"]
    variables = function["environment"]["variables"]
    own = {name for name in variables if not name.startswith("POWERTOOLS_")}
    assert own == {field.alias for field in PreSignUpSettings.model_fields.values()}
    assert json.loads(variables["ALLOWED_EMAIL_DOMAINS"]) == ["example.com", "example.org"]
    assert hardened.all("aws_lambda_permission")["pre_sign_up"]["source_arn"] == "${aws_cognito_user_pool.pool.arn}"
    assert "pre_sign_up" not in stacks["prod"].all("aws_lambda_function")


def test_the_pre_sign_up_function_may_only_write_logs(hardened: Synthesized) -> None:
    actions = {action for statement in hardened.statements["pre_sign_up"] for action in statement["Action"]}
    assert {action.split(":")[0] for action in actions} == {"logs", "xray"}


def test_refresh_tokens_rotate_and_the_flow_without_rotation_is_disabled(hardened: Synthesized) -> None:
    client = hardened.only("aws_cognito_user_pool_client")
    (rotation,) = client["refresh_token_rotation"]
    assert rotation == {"feature": "ENABLED", "retry_grace_period_seconds": 30}
    assert client["explicit_auth_flows"] == ["ALLOW_USER_SRP_AUTH"]


def test_the_client_can_write_every_attribute_that_a_provider_maps(hardened: Synthesized) -> None:
    writable = set(hardened.only("aws_cognito_user_pool_client")["write_attributes"])
    for provider in hardened.all("aws_cognito_identity_provider").values():
        # The user name is not an attribute.
        assert set(provider["attribute_mapping"]) - {"username"} == writable


def test_a_provider_uses_the_code_flow_only_and_its_secret_is_in_no_file(hardened: Synthesized) -> None:
    client = hardened.only("aws_cognito_user_pool_client")
    assert client["supported_identity_providers"] == ["COGNITO", "Company"]
    assert client["allowed_oauth_flows"] == ["code"]
    assert client["callback_urls"] == ["https://chat.example.com/signed-in", "chat://signed-in"]
    assert "aws_cognito_identity_provider.oidc" in client["depends_on"]
    details = hardened.only("aws_cognito_identity_provider")["provider_details"]
    assert details["client_secret"] == "${var.oidc_client_secret}"
    variable = hardened.document["variable"]["oidc_client_secret"]
    assert (variable["sensitive"], variable["nullable"]) == (True, False)
    assert hardened.only("aws_cognito_user_pool_domain")["domain"] == "acme-chat"


def test_the_workflows_provide_every_variable(hardened: Synthesized, root: Path) -> None:
    action = (root / ".github" / "actions" / "environment" / "action.yml").read_text(encoding="utf-8")

    assert set(hardened.document["variable"]) == set(re.findall(r"TF_VAR_(\w+)", action))


def test_tokens_are_short_lived(stacks: dict[str, Synthesized]) -> None:
    for name in PromotionOrder.load().environments:
        client = stacks[name].only("aws_cognito_user_pool_client")
        assert client["access_token_validity"] == client["id_token_validity"] == 15


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MFA", "sms", '"off", "optional" or "required"'),
        ("ALLOWED_EMAIL_DOMAINS", '["@example.com"]', "list of the email domains"),
        ("OIDC", '{"name": "x"}', "identity.oidc"),
        ("ACCESS_TOKEN_VALIDITY_MINUTES", "4", "5-1440 minutes"),
    ],
)
def test_wrong_settings_are_refused(name: str, value: str, said: str, refused: Callable[..., list[str]]) -> None:
    lines = refused(CHAT_ENVIRONMENTS="dev", **{f"CHAT_IDENTITY__{name}": value})
    assert said in lines[0]
