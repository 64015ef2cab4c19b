"""Authorization rules: one for every field of Query, Mutation and Subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.authorization import (
    attachments,
    members,
    messages,
    moderation,
    notifications,
    presence,
    privacy,
    rooms,
)

if TYPE_CHECKING:
    from tests.integration.authorization.rule import Rule

RULES: dict[str, Rule] = {
    **attachments.RULES,
    **rooms.RULES,
    **members.RULES,
    **moderation.RULES,
    **messages.RULES,
    **notifications.RULES,
    **presence.RULES,
    **privacy.RULES,
}
"""The rules by field name. test_authorization_matrix fails for a field without a rule."""
