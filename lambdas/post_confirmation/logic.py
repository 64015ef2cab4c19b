"""Group and profile of a user who has confirmed the sign-up, or who signs in without having them.

Cognito does not invoke the PostConfirmation trigger for users that an administrator creates or imports (Cognito
developer guide, "Post confirmation Lambda trigger"). They get group and profile from the PostAuthentication trigger, at
their first sign-in, or before it from ``python -m ops profiles``. Idempotent: Cognito may invoke a trigger three times.
"""

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
SIGN_IN = "PostAuthentication_Authentication"
"""Trigger source of a sign-in. Cognito does not invoke the trigger when tokens are refreshed."""


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

    def display_name(self, user_id: str) -> str | None:
        """Return the name in the profile, empty for an account that is being deleted; None without a profile."""
        ...

    def rename(self, user_id: str, old: str, new: str) -> None:
        """Replace the name in the profile, unless it has changed meanwhile."""
        ...


def set_up_user(event: Mapping[str, Any], directory: Directory, now: datetime) -> bool:
    """Add a user to the group and create the profile, if the user has none.

    At a sign-in, a name that was derived from the id is replaced by the name that the user has chosen since.

    Args:
        event: Cognito's event (Cognito developer guide, "Post confirmation Lambda trigger" and "Post authentication
            Lambda trigger").
        directory: Groups and profiles of users.
        now: Creation time of the profile, with time zone.

    Returns:
        Whether a profile was created: false for another trigger source and for a user with a profile.

    Raises:
        KeyError: The event is not an event of Cognito.
    """
    source, attributes = event["triggerSource"], event["request"]["userAttributes"]
    if source not in {CONFIRM_SIGN_UP, SIGN_IN}:
        return False
    user_id, name = attributes["sub"], display_name(attributes)
    if source == SIGN_IN:
        current = directory.display_name(user_id)
        if current is not None:
            derived = derived_name(user_id)
            if current == derived != name:
                directory.rename(user_id, current, name)
            return False
    # The profile last: it shows that the user is in the group.
    directory.add_to_group(event["userPoolId"], event["userName"])
    return directory.create_profile(Profile(user_id, name, iso8601(now)))


def display_name(attributes: Mapping[str, str]) -> str:
    """Return the display name: the name the user chose, or else one with part of the id. Never the e-mail address."""
    for attribute in ("name", "preferred_username"):
        chosen = cut(cleaned(attributes.get(attribute, "")).strip(), LIMITS["displayNameLength"]).strip()
        if chosen:
            return chosen
    return derived_name(attributes["sub"])


def derived_name(user_id: str) -> str:
    """Return the name of a user who has not chosen one."""
    return f"user-{user_id[:8]}"
