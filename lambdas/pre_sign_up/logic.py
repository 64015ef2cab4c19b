"""Restriction of sign-up by the domain of the e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

BY_ADMINISTRATOR = "PreSignUp_AdminCreateUser"
"""Trigger source of a user that an administrator creates. Administrators may add any address."""


class SignUpRefusedError(Exception):
    """The user may not sign up. The message is shown to the user."""


def admit(event: Mapping[str, Any], allowed_domains: Collection[str]) -> None:
    """Check that a user may sign up, directly or through an identity provider.

    Args:
        event: Cognito's PreSignUp event (Cognito developer guide, "Pre sign-up Lambda trigger").
        allowed_domains: Domains in lower case, without the "@". Subdomains are not included.

    Raises:
        SignUpRefusedError: The address is missing, or its domain is not allowed.
        KeyError: The event is not an event of Cognito.
    """
    if event["triggerSource"] == BY_ADMINISTRATOR:
        return
    address = str(event["request"]["userAttributes"].get("email") or "")
    name, _, domain = address.rpartition("@")
    if not name or domain.strip().rstrip(".").lower() not in allowed_domains:
        raise SignUpRefusedError("Addresses of this e-mail domain cannot sign up. Use one of your organization.")
