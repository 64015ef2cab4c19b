"""Reacting to messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case, Units
from benchmarks._operations.scene import NOW, crowd
from contract.limits import LIMITS
from contract.names import REACTION_COUNT_PREFIX

if TYPE_CHECKING:
    from benchmarks._operations.scene import Scene
    from benchmarks._operations.tables import Row

THUMB = "👍"
INLINE = LIMITS["inlineReactionsMaximum"]
"""How many reactions a message itself holds; those after them are rows of their own."""


def reaction(scene: Scene) -> Row:
    """The variables of giving or taking back a reaction."""
    return {"input": {"messageId": scene.message_id(3), "emoji": THUMB}}


def reacted(scene: Scene, others: int, *, mine: bool = False) -> None:
    """Others have reacted to the message, and perhaps the member."""
    users = [crowd(number) for number in range(others)] + ([scene.cast.member] if mine else [])
    given = {f"{THUMB}#{user}" for user in users}
    scene.change_message(3, reactions=given or None, changes=len(given) or None)


def overflowing(scene: Scene, *, mine: bool = False) -> None:
    """The message holds as many reactions as it can, and there may be one more, the member's."""
    reaction_id = f"{THUMB}#{scene.cast.member}"
    row = {"messageId": scene.message_id(3), "reactionId": reaction_id, "displayName": "Bob", "createdAt": NOW}
    if mine:
        scene.tables.put("reactions", [row])
    else:
        scene.tables.delete("reactions", messageId=row["messageId"], reactionId=reaction_id)
    users = {f"{THUMB}#{crowd(number)}" for number in range(INLINE)}
    counts = {"overflowTotal": 1, f"{REACTION_COUNT_PREFIX}{THUMB}": 1} if mine else {}
    scene.change_message(3, reactions=users, changes=INLINE, **counts)


CASES = (
    Case(
        "createReaction",
        "the first one",
        lambda scene: ("member", reaction(scene)),
        floor=Units(write_units=1),
        budget=Units(write_units=2, read_units=1),
    ),
    Case(
        "createReaction",
        f"the {INLINE}nd",
        lambda scene: ("member", reaction(scene)),
        lambda scene: reacted(scene, INLINE - 1),
        floor=Units(write_units=1),
        budget=Units(write_units=2, read_units=1),
    ),
    Case(
        "createReaction",
        "given already",
        lambda scene: ("member", reaction(scene)),
        lambda scene: reacted(scene, 0, mine=True),
    ),
    Case("createReaction", f"the {INLINE + 1}rd", lambda scene: ("member", reaction(scene)), overflowing),
    Case(
        "deleteReaction",
        "the only one",
        lambda scene: ("member", reaction(scene)),
        lambda scene: reacted(scene, 0, mine=True),
    ),
    Case(
        "deleteReaction",
        f"one of {INLINE}",
        lambda scene: ("member", reaction(scene)),
        lambda scene: reacted(scene, INLINE - 1, mine=True),
    ),
    Case(
        "deleteReaction",
        f"the {INLINE + 1}rd",
        lambda scene: ("member", reaction(scene)),
        lambda scene: overflowing(scene, mine=True),
    ),
    Case(
        "reactionsByMessage",
        f"{INLINE} reactions",
        lambda scene: ("member", {"messageId": scene.message_id(3), "limit": INLINE}),
        lambda scene: reacted(scene, INLINE),
        grows="the page",
    ),
)
