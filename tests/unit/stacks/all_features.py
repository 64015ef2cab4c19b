"""Production with every optional feature enabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.synthesis import synthesize
from tests.helpers.environments import frozen_settings
from tests.helpers.once import ROOT, once_per_run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from stacks.settings import Settings

ALL_FEATURES = {
    "CHAT_EDGE__ENABLE_WAF": "true",
    "CHAT_EDGE__DOMAIN_NAME": "api.chat.example.com",
    "CHAT_EDGE__CERTIFICATE_ARN": "arn:aws:acm:us-east-1:333333333333:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "CHAT_EDGE__HOSTED_ZONE_ID": "Z0123456789ABCDEFGHIJ",
    "CHAT_IDENTITY__MFA": "required",
    "CHAT_IDENTITY__THREAT_PROTECTION": "enforced",
    "CHAT_IDENTITY__ALLOWED_EMAIL_DOMAINS": '["example.com", "example.org"]',
    "CHAT_IDENTITY__REFRESH_TOKEN_ROTATION": "true",
    "CHAT_IDENTITY__OIDC": """{
        "name": "Company",
        "issuer": "https://login.example.com/tenant",
        "client_id": "chat",
        "domain_prefix": "acme-chat",
        "callback_urls": ["https://chat.example.com/signed-in", "chat://signed-in"],
        "logout_urls": ["https://chat.example.com/"]
    }""",
    "CHAT_IDENTITY__EMAIL": """{
        "sender": "Chat <no-reply@chat.example.com>",
        "identity_arn": "arn:aws:ses:us-east-1:333333333333:identity/example.com",
        "reply_to": "help@example.com",
        "configuration_set": "chat"
    }""",
    "CHAT_ENCRYPTION__CUSTOMER_MANAGED_KEY": "true",
    "CHAT_GITHUB__REPOSITORY": "acme/chat",
    "CHAT_LIMITS__MESSAGES_PER_MINUTE": "60",
    "CHAT_LIMITS__SHED": '["presence", "typing"]',
    "CHAT_MONITORING__ALARM_TOPIC_ARNS": '["arn:aws:sns:us-east-1:333333333333:oncall"]',
    "CHAT_MONITORING__WARNING_TOPIC_ARNS": '["arn:aws:sns:us-east-1:333333333333:office"]',
    "CHAT_MONITORING__MONTHLY_BUDGET_DOLLARS": "3500",
}
"""Environment variables."""


def production_with_all_features(factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    """Return the settings and the synthesized stack, as `once_per_run`."""
    (settings,) = frozen_settings(CHAT_ENVIRONMENTS="prod", **ALL_FEATURES)
    output = once_per_run(factory, "all-features", lambda folder: synthesize([settings], ROOT, output=folder))
    return settings, output / "stacks" / settings.stack_name
