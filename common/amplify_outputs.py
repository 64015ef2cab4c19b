"""Client configuration from Terraform outputs: Amplify's ``amplify_outputs.json`` (Gen 2) and ``.env``.

The format is that of version 1 of Amplify's schema for client configuration. Amplify's libraries for JavaScript, Swift,
Kotlin and Flutter read ``auth`` and ``data``. ``custom`` has the URLs of the local AWS, unknown to Amplify.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT_VERSION = "1.4"
_NEEDED = ("Region", "UserPoolId", "UserPoolClientId", "GraphQLAPIURL")


_VARIABLE = re.compile(
    r"\w*CHAT_(?:REGION|USER_POOL_ID|USER_POOL_CLIENT_ID|GRAPHQL_URL|REALTIME_URL|COGNITO_ENDPOINT)=.*"
)


class MissingOutputError(Exception):
    """A required output is missing."""


def amplify_outputs(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of ``amplify_outputs.json``.

    Args:
        outputs: Terraform's outputs by name, as plain values; those of the local AWS include its URLs.

    Raises:
        MissingOutputError: a required output is missing.
    """
    missing = [name for name in _NEEDED if not outputs.get(name)]
    if missing:
        raise MissingOutputError(f"The outputs {', '.join(missing)} are missing. Apply the stack first.")
    region = outputs["Region"]
    custom = {"realtime_url": outputs.get("RealtimeURL"), "cognito_endpoint": outputs.get("CognitoEndpoint")}
    return {
        "version": FORMAT_VERSION,
        "auth": {
            "aws_region": region,
            "user_pool_id": outputs["UserPoolId"],
            "user_pool_client_id": outputs["UserPoolClientId"],
            "username_attributes": ["email"],
            "standard_required_attributes": ["email", "name"],
            "user_verification_types": ["email"],
            "unauthenticated_identities_enabled": False,
        },
        "data": {
            "url": outputs.get("GraphQLURL") or outputs["GraphQLAPIURL"],
            "aws_region": region,
            "default_authorization_type": "AMAZON_COGNITO_USER_POOLS",
            "authorization_types": ["AWS_IAM"],
        },
        "custom": {name: value for name, value in custom.items() if value},
    }


def environment_file(outputs: Mapping[str, Any], prefix: str = "") -> str:
    """Return the content of ``.env``: the same values as variables for builds.

    Args:
        outputs: as for `amplify_outputs`.
        prefix: the prefix that the build requires, such as ``VITE_`` or ``EXPO_PUBLIC_``.

    Raises:
        MissingOutputError: a required output is missing.
    """
    known = amplify_outputs(outputs)
    values = {
        "CHAT_REGION": known["data"]["aws_region"],
        "CHAT_USER_POOL_ID": known["auth"]["user_pool_id"],
        "CHAT_USER_POOL_CLIENT_ID": known["auth"]["user_pool_client_id"],
        "CHAT_GRAPHQL_URL": known["data"]["url"],
        "CHAT_REALTIME_URL": known["custom"].get("realtime_url"),
        "CHAT_COGNITO_ENDPOINT": known["custom"].get("cognito_endpoint"),
    }
    return "".join(f"{prefix}{name}={value}\n" for name, value in values.items() if value)


def is_amplify_outputs(text: str) -> bool:
    """Return whether a text was written by `amplify_outputs`, in any version, and not by Amplify."""
    try:
        document = json.loads(text)
        custom = document["custom"]
        outputs = {
            "Region": document["data"]["aws_region"],
            "UserPoolId": document["auth"]["user_pool_id"],
            "UserPoolClientId": document["auth"]["user_pool_client_id"],
            "GraphQLAPIURL": document["data"]["url"],
            "RealtimeURL": custom.get("realtime_url"),
            "CognitoEndpoint": custom.get("cognito_endpoint"),
        }
        return {**document, "version": FORMAT_VERSION} == amplify_outputs(outputs)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, MissingOutputError):
        return False


def is_environment_file(text: str) -> bool:
    """Return whether a text contains only variables of `environment_file`."""
    return all(_VARIABLE.fullmatch(line) for line in text.splitlines())
