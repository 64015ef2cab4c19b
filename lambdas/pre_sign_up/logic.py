"""Who may sign up, by the domain of the e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

BY_ADMINISTRATOR = "PreSignUp_AdminCreateUser"
"""The trigger source of a person whom an administrator creates, who may invite whomever they want."""


class SignUpRefusedError(Exception):
    """The person may not sign up; the message is shown to them."""


def admit(event: Mapping[str, Any], allowed_domains: Collection[str]) -> None:
    """Let a person sign up, by themselves or through an identity provider, or refuse.

    Args:
        event: Cognito's PreSignUp event (Cognito developer guide, "Pre sign-up Lambda trigger").
        allowed_domains: In lower case, without the "@". A subdomain of one is not one of them.

    Raises:
        SignUpRefusedError: There is no address, or it is of another domain.
        KeyError: The event is not one of Cognito's.
    """
    if event["triggerSource"] == BY_ADMINISTRATOR:
        return
    address = str(event["request"]["userAttributes"].get("email") or "")
    name, _, domain = address.rpartition("@")
    if not name or domain.strip().rstrip(".").lower() not in allowed_domains:
        raise SignUpRefusedError("Addresses of this e-mail domain cannot sign up. Use one of your organization.")
