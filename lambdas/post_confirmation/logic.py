"""What happens to a user who has confirmed a sign-up. Safe to repeat: Cognito calls a trigger up to three times."""

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
"""The trigger source of a sign-up; Cognito calls the same trigger after a forgotten password."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A row of the users table, in its attribute names' meaning: user id, name for others, time of making."""

    user_id: str
    display_name: str
    created_at: str


class Directory(Protocol):
    """Where users are kept."""

    def add_to_group(self, user_pool_id: str, username: str) -> None:
        """Put the user into the group of all users; a user who is in it stays in it."""
        ...

    def create_profile(self, profile: Profile) -> bool:
        """Write the profile unless the user has one; tell whether it was written."""
        ...


def welcome(event: Mapping[str, Any], directory: Directory, now: datetime) -> bool:
    """Give a user who has confirmed a sign-up the group and a profile.

    Args:
        event: Cognito's PostConfirmation event (Cognito developer guide, "Post confirmation Lambda trigger").
        directory: where users are kept.
        now: the time of making, with time zone.

    Returns:
        Whether the user was given a profile: false for another trigger source, and for a repeated event.

    Raises:
        KeyError: the event is not one of Cognito's.
    """
    if event["triggerSource"] != CONFIRM_SIGN_UP:
        return False
    directory.add_to_group(event["userPoolId"], event["userName"])
    attributes = event["request"]["userAttributes"]
    return directory.create_profile(Profile(attributes["sub"], display_name(attributes), iso8601(now)))


def display_name(attributes: Mapping[str, str]) -> str:
    """Return the name that others see: the user's own choice, else one made from the id. Never the e-mail address."""
    for attribute in ("name", "preferred_username"):
        chosen = cut(cleaned(attributes.get(attribute, "")).strip(), LIMITS["displayNameLength"]).strip()
        if chosen:
            return chosen
    return f"user-{attributes['sub'][:8]}"
