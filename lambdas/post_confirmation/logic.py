"""Group and profile of a user who has confirmed the sign-up. Idempotent: Cognito may invoke a trigger three times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from contract.limits import LIMITS
from lambdas.common.characters import cleaned, cut
from lambdas.common.times import iso8601

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CONFIRM_SIGN_UP = "PostConfirmation_ConfirmSignUp"
"""Trigger source of a sign-up. Cognito also invokes the trigger after a password reset."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A row of the users table."""

    user_id: str
    display_name: str
    created_at: str


class Directory(Protocol):
    """Groups and profiles of users."""

    def add_to_group(self, user_pool_id: str, username: str) -> None:
        """Add the user to the group of all users; idempotent."""
        ...

    def create_profile(self, profile: Profile) -> bool:
        """Write the profile unless the user has one; return whether it was written."""
        ...


def set_up_user(event: Mapping[str, Any], directory: Directory, now: datetime) -> bool:
    """Add a user who has confirmed the sign-up to the group, and create the profile.

    Args:
        event: Cognito's PostConfirmation event (Cognito developer guide, "Post confirmation Lambda trigger").
        directory: Groups and profiles of users.
        now: Creation time of the profile, with time zone.

    Returns:
        Whether a profile was created: false for another trigger source and for a repeated event.

    Raises:
        KeyError: The event is not an event of Cognito.
    """
    if event["triggerSource"] != CONFIRM_SIGN_UP:
        return False
    directory.add_to_group(event["userPoolId"], event["userName"])
    attributes = event["request"]["userAttributes"]
    return directory.create_profile(Profile(attributes["sub"], display_name(attributes), iso8601(now)))


def display_name(attributes: Mapping[str, str]) -> str:
    """Return the display name: the name the user chose, or else one with part of the id. Never the e-mail address."""
    for attribute in ("name", "preferred_username"):
        chosen = cut(cleaned(attributes.get(attribute, "")).strip(), LIMITS["displayNameLength"]).strip()
        if chosen:
            return chosen
    return f"user-{attributes['sub'][:8]}"
