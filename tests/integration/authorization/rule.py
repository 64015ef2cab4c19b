"""A rule of the authorization matrix: for every role and state of a room, success or an error type."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.integration.authorization.room_fixture import RoomFixture


class Role(StrEnum):
    """The caller's relation to the room."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"
    INVITED = "invited"
    BANNED = "banned"
    LEFT = "left"
    STRANGER = "stranger"
    ADMINS = "group Admins"
    MODERATORS = "group Moderators"


class State(StrEnum):
    """The state of the room; public unless private."""

    OPEN = "open"
    PRIVATE = "private"
    FROZEN = "frozen"
    ARCHIVED = "archived"


OK = "ok"
Outcome = str
"""``OK``, or the ``errorType``."""

EVERYBODY = frozenset(Role)
GROUPS = frozenset({Role.ADMINS, Role.MODERATORS})
OWNERS = frozenset({Role.OWNER, Role.ADMINS})
KEEPERS = frozenset({Role.OWNER, Role.MODERATOR}) | GROUPS
MEMBERS = KEEPERS | {Role.MEMBER}

FROZEN_AND_ARCHIVED = {State.FROZEN: "RoomFrozen", State.ARCHIVED: "RoomFrozen"}
ARCHIVED = {State.ARCHIVED: "RoomFrozen"}


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one field.

    Attributes:
        variables: the variables of the field's canonical document, for a prepared room.
        allowed: the roles that may use it.
        states: outcomes of allowed roles in certain states of the room.
        refused: outcomes of other roles, if not Banned for banned users and Forbidden for the others.
        exceptions: single cells of the matrix, which take precedence.
    """

    variables: Callable[[RoomFixture], dict[str, Any]]
    allowed: frozenset[Role]
    states: Mapping[State, Outcome] = field(default_factory=dict)
    refused: Mapping[Role, Outcome] = field(default_factory=dict)
    exceptions: Mapping[tuple[Role, State], Outcome] = field(default_factory=dict)

    def expected(self, role: Role, state: State) -> Outcome:
        """Return the expected outcome."""
        if (role, state) in self.exceptions:
            return self.exceptions[role, state]
        if role in self.allowed:
            return self.states.get(state, OK)
        return self.refused.get(role, "Banned" if role is Role.BANNED else "Forbidden")


def cells(roles: frozenset[Role], states: frozenset[State], outcome: Outcome) -> dict[tuple[Role, State], Outcome]:
    """Return cells of the matrix with the same outcome."""
    return {(role, state): outcome for role in roles for state in states}
