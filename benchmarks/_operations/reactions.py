"""Reacting to messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case, Units
from benchmarks._operations.room_fixture import NOW, other_member_id
from contract.limits import LIMITS
from contract.names import REACTION_COUNT_PREFIX

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture
    from benchmarks._operations.tables import Row

THUMB = "👍"
INLINE = LIMITS["inlineReactionsMaximum"]
"""The number of reactions in the row of a message; further ones are in separate rows."""


def reaction(fixture: RoomFixture) -> Row:
    """Return the variables of adding or removing a reaction."""
    return {"input": {"messageId": fixture.message_id(3), "emoji": THUMB}}


def reacted(fixture: RoomFixture, others: int, *, mine: bool = False) -> None:
    """Add reactions of others to the message, and optionally one of the member."""
    users = [other_member_id(number) for number in range(others)] + ([fixture.accounts.member] if mine else [])
    given = {f"{THUMB}#{user}" for user in users}
    fixture.change_message(3, reactions=given or None, changes=len(given) or None)


def overflowing(fixture: RoomFixture, *, mine: bool = False) -> None:
    """Fill the message with reactions, and optionally add one of the member."""
    reaction_id = f"{THUMB}#{fixture.accounts.member}"
    row = {"messageId": fixture.message_id(3), "reactionId": reaction_id, "displayName": "Bob", "createdAt": NOW}
    if mine:
        fixture.tables.put("reactions", [row])
    else:
        fixture.tables.delete("reactions", messageId=row["messageId"], reactionId=reaction_id)
    users = {f"{THUMB}#{other_member_id(number)}" for number in range(INLINE)}
    counts = {"overflowTotal": 1, f"{REACTION_COUNT_PREFIX}{THUMB}": 1} if mine else {}
    fixture.change_message(3, reactions=users, changes=INLINE, **counts)


CASES = (
    Case(
        "createReaction",
        "the first one",
        lambda fixture: ("member", reaction(fixture)),
        floor=Units(write_units=1),
        budget=Units(write_units=2, read_units=1),
    ),
    Case(
        "createReaction",
        f"the {INLINE}nd",
        lambda fixture: ("member", reaction(fixture)),
        lambda fixture: reacted(fixture, INLINE - 1),
        floor=Units(write_units=1),
        budget=Units(write_units=2, read_units=1),
    ),
    Case(
        "createReaction",
        "an existing reaction",
        lambda fixture: ("member", reaction(fixture)),
        lambda fixture: reacted(fixture, 0, mine=True),
    ),
    Case("createReaction", f"the {INLINE + 1}rd", lambda fixture: ("member", reaction(fixture)), overflowing),
    Case(
        "deleteReaction",
        "the only one",
        lambda fixture: ("member", reaction(fixture)),
        lambda fixture: reacted(fixture, 0, mine=True),
    ),
    Case(
        "deleteReaction",
        f"one of {INLINE}",
        lambda fixture: ("member", reaction(fixture)),
        lambda fixture: reacted(fixture, INLINE - 1, mine=True),
    ),
    Case(
        "deleteReaction",
        f"the {INLINE + 1}rd",
        lambda fixture: ("member", reaction(fixture)),
        lambda fixture: overflowing(fixture, mine=True),
    ),
    Case(
        "reactionsByMessage",
        f"{INLINE} reactions",
        lambda fixture: ("member", {"messageId": fixture.message_id(3), "limit": INLINE}),
        lambda fixture: reacted(fixture, INLINE),
        grows="the page",
    ),
)
