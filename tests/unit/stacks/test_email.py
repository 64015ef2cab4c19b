"""Tests of the setting for email by Amazon SES, and of what Cognito's API accepts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from stacks.environments import ConfigurationError
from stacks.environments.loading import SES_REGIONS
from stacks.settings.email import EmailSettings
from tests.helpers.environments import frozen_settings

if TYPE_CHECKING:
    from tests.unit.stacks.synthesized import Synthesized

ACCOUNT = "111111111111"
DOMAIN = f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/example.com"


def email(sender: str = "Chat <no-reply@example.com>", identity: str = DOMAIN, **others: str) -> str:
    """Return the table as the environment variable has it."""
    return json.dumps({"sender": sender, "identity_arn": identity, **others})


def refused(value: str) -> str:
    """Return the error message for the table."""
    with pytest.raises(ConfigurationError) as error:
        frozen_settings(CHAT_ENVIRONMENTS="dev", CHAT_IDENTITY__EMAIL=value)
    (line,) = error.value.lines
    return line


def test_cognito_sends_by_itself_unless_configured(stacks: dict[str, Synthesized]) -> None:
    """The AWS provider ignores the removal of the block, so the default is explicit."""
    for stack in stacks.values():
        configured = stack.only("aws_cognito_user_pool")["email_configuration"]
        assert configured == {"email_sending_account": "COGNITO_DEFAULT"}


def test_the_pool_sends_by_ses(hardened: Synthesized) -> None:
    configured = hardened.only("aws_cognito_user_pool")["email_configuration"]

    assert configured == {
        "email_sending_account": "DEVELOPER",
        "from_email_address": "Chat <no-reply@chat.example.com>",
        "source_arn": "arn:aws:ses:us-east-1:333333333333:identity/example.com",
        "reply_to_email_address": "help@example.com",
        "configuration_set": "chat",
    }


def test_cognitos_api_accepts_the_values(hardened: Synthesized) -> None:
    """The patterns are those of CreateUserPool in the AWS SDK."""
    configured = hardened.only("aws_cognito_user_pool")["email_configuration"]
    service = botocore.session.get_session().get_service_model("cognito-idp")
    shape: Any = service.shape_for("EmailConfigurationType")
    members = shape.members
    assert re.fullmatch(members["SourceArn"].metadata["pattern"], configured["source_arn"])
    assert re.fullmatch(members["ConfigurationSet"].metadata["pattern"], configured["configuration_set"])
    assert configured["email_sending_account"] in members["EmailSendingAccount"].enum


@pytest.mark.parametrize(
    ("sender", "identity", "covered"),
    [
        ("no-reply@example.com", "example.com", True),
        ("Chat <no-reply@mail.example.com>", "example.com", True),
        ('"Chat" <No-Reply@Example.com>', "example.com", True),
        ("no-reply@example.com", "no-reply@example.com", True),
        ("Chat <no-reply@example.com>", "help@example.com", False),
        ("no-reply@notexample.com", "example.com", False),
        ("no-reply@example.com", "mail.example.com", False),
        ("example.com@example.org", "example.com", False),
    ],
)
def test_an_identity_covers_its_address_or_its_domain_and_subdomains(sender: str, identity: str, covered: bool) -> None:
    settings = EmailSettings(sender=sender, identity_arn=f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/{identity}")

    assert settings.identity_covers_sender() is covered


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            email(identity=DOMAIN.replace(ACCOUNT, "999999999999")),
            "Cognito can only use an identity in its own account; verify the sender in SES of account 111111111111",
        ),
        (
            email(identity=DOMAIN.replace("us-east-1", "ap-south-1")),
            "a user pool in us-east-1 cannot send from SES in ap-south-1; verify the sender in us-east-1",
        ),
        (email("no-reply@example.org"), 'the identity "example.com" does not cover this address'),
        (email("Chat"), 'identity.email.sender = "Chat": not allowed; expected: name and address'),
        (email("Chat <no-reply@example.com>\\r\\nBcc: x@example.org"), "identity.email.sender"),
        (email(identity="example.com"), "expected: ARN of the verified SES identity"),
        (email(identity=DOMAIN.replace(":ses:", ":sns:")), "expected: ARN of the verified SES identity"),
        (email(reply_to="nobody"), "expected: address for replies"),
        (email(configuration_set="a b"), "expected: name of an SES configuration set"),
        (
            json.dumps({"sender": "a@example.com"}),
            "identity.email.identity_arn is missing; add it: ARN of the verified",
        ),
    ],
)
def test_invalid_settings_are_refused(value: str, message: str) -> None:
    assert message in refused(value)


@pytest.mark.parametrize("region", SES_REGIONS)
def test_ses_of_another_region_can_send(region: str) -> None:
    identity = DOMAIN.replace("us-east-1", region)

    (settings,) = frozen_settings(
        CHAT_ENVIRONMENTS="dev", CHAT_REGION="ap-south-1", CHAT_IDENTITY__EMAIL=email(identity=identity)
    )

    assert settings.identity.email is not None
    assert settings.identity.email.identity_region == region
