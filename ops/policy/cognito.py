"""Rules for the Cognito user pool and its clients (Cognito developer guide, "Security best practices")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.policy.rule import Problem, Resources, Rule, block

if TYPE_CHECKING:
    from collections.abc import Iterator

_POOL = "aws_cognito_user_pool"
_CLIENT = "aws_cognito_user_pool_client"
_SHORTEST_PASSWORD = 12
_LONGEST_TOKEN_MINUTES = 24 * 60
_LONGEST_REFRESH_DAYS = 90
_MINUTES = {"seconds": 1 / 60, "minutes": 1, "hours": 60, "days": 24 * 60}


def _deletion_protection(resources: Resources) -> Iterator[Problem]:
    for address, pool in resources.of(_POOL).items():
        if pool.get("deletion_protection") != "ACTIVE":
            yield address, "deletion_protection is not ACTIVE"
        if not block(pool, "lifecycle").get("prevent_destroy"):
            yield address, "lifecycle.prevent_destroy is not true"


def _password_length(resources: Resources) -> Iterator[Problem]:
    for address, pool in resources.of(_POOL).items():
        length = block(pool, "password_policy").get("minimum_length", 0)
        if length < _SHORTEST_PASSWORD:
            yield address, f"allows passwords of {length} characters; the minimum is {_SHORTEST_PASSWORD}"


def _case_insensitive(resources: Resources) -> Iterator[Problem]:
    for address, pool in resources.of(_POOL).items():
        if block(pool, "username_configuration").get("case_sensitive") is not False:
            yield address, "user names are case-sensitive: A@example.com and a@example.com would be two users"


def _second_factor(resources: Resources) -> Iterator[Problem]:
    for address, pool in resources.of(_POOL).items():
        if pool.get("mfa_configuration", "OFF") not in {"ON", "OPTIONAL"}:
            yield address, "mfa_configuration is OFF"


def _threat_protection(resources: Resources) -> Iterator[Problem]:
    for address, pool in resources.of(_POOL).items():
        if block(pool, "user_pool_add_ons").get("advanced_security_mode") != "ENFORCED":
            yield address, "user_pool_add_ons.advanced_security_mode is not ENFORCED"


def _existence_errors(resources: Resources) -> Iterator[Problem]:
    for address, client in resources.of(_CLIENT).items():
        if client.get("prevent_user_existence_errors") != "ENABLED":
            yield address, "prevent_user_existence_errors is not ENABLED: sign-in errors disclose which accounts exist"


def _public_client(resources: Resources) -> Iterator[Problem]:
    for address, client in resources.of(_CLIENT).items():
        if client.get("generate_secret"):
            yield address, "has a secret, which public clients cannot protect"
        if "implicit" in (client.get("allowed_oauth_flows") or []):
            yield address, "allows the implicit flow, which puts tokens into URLs"
        flows = client.get("explicit_auth_flows") or []
        if "ALLOW_USER_PASSWORD_AUTH" in flows:
            yield address, "allows USER_PASSWORD_AUTH, which sends passwords: use SRP"


def _token_lifetimes(resources: Resources) -> Iterator[Problem]:
    for address, client in resources.of(_CLIENT).items():
        units = block(client, "token_validity_units")
        for token, longest in (
            ("access_token", _LONGEST_TOKEN_MINUTES),
            ("id_token", _LONGEST_TOKEN_MINUTES),
            ("refresh_token", _LONGEST_REFRESH_DAYS * 24 * 60),
        ):
            lifetime = client.get(f"{token}_validity")
            unit = units.get(token, "days" if token.startswith("refresh") else "hours")
            if lifetime is None or lifetime * _MINUTES[unit] > longest:
                yield address, f"{token}_validity is not set, or is longer than {longest} minutes"
        if not client.get("enable_token_revocation"):
            yield address, "refresh tokens cannot be revoked"


RULES = (
    Rule("CHAT_COGNITO_1", "The user pool is protected from deletion", _deletion_protection, production_only=True),
    Rule("CHAT_COGNITO_2", "Passwords have at least 12 characters", _password_length),
    Rule("CHAT_COGNITO_3", "User names are not case-sensitive", _case_insensitive),
    Rule("CHAT_COGNITO_4", "Multi-factor authentication is possible", _second_factor, production_only=True),
    Rule("CHAT_COGNITO_5", "Threat protection is on", _threat_protection, production_only=True),
    Rule("CHAT_COGNITO_6", "Errors do not disclose which accounts exist", _existence_errors),
    Rule("CHAT_COGNITO_7", "Public clients have no secret and use SRP", _public_client),
    Rule("CHAT_COGNITO_8", "Tokens expire and can be revoked", _token_lifetimes),
)
