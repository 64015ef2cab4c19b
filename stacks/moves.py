"""Renamed resources: Terraform moves them in the state instead of destroying and creating them.

Add a line in the commit that changes an address. Remove it when it has been applied to every environment. A change of a
table's physical name cannot be a move: to AWS it is another table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.bindings import TerraformStack

_PIPELINE_FUNCTIONS = {
    "closeHoles": "closeGaps",
    "putMarker": "putIdempotencyRecord",
    "takeTurn": "acquireSendSlot",
    "refuseStranger": "assertRoomVisible",
    "refuseHidden": "assertMessageVisible",
    "recordAct": "logAction",
    "withdrawAct": "revertLogEntry",
    "readJoiner": "loadJoiner",
    "readLeaver": "loadLeaver",
    "readPair": "loadDirectRoomUsers",
    "settleRoom": "applyCounts",
    "addReaction": "addInlineReaction",
    "removeReaction": "removeInlineReaction",
    "undoReaction": "revertInlineReaction",
    "putReaction": "addReactionRow",
    "dropReaction": "removeReactionRow",
    "confirmReactionGone": "confirmReactionRemoval",
    "leaveTyping": "buildTypingEvent",
    "leavePresence": "buildPresenceEvent",
}
"""Old name -> new name of functions of AppSync pipelines: the address and the name in AWS follow from the file's."""

MOVES: tuple[tuple[str, str], ...] = tuple(
    (f"aws_appsync_function.{old}", f"aws_appsync_function.{new}") for old, new in _PIPELINE_FUNCTIONS.items()
)
"""(old address, new address), for example ``("aws_dynamodb_table.chats", "aws_dynamodb_table.rooms")``."""


def add_moves(stack: TerraformStack, moves: Sequence[tuple[str, str]] = MOVES) -> None:
    """Add Terraform's ``moved`` blocks.

    With an override, because cdktf's ``move_to`` uses construct ids, and ``bindings.add`` sets the addresses.
    """
    if moves:
        stack.add_override("moved", [_block(old, new) for old, new in moves])


def _block(old: str, new: str) -> dict[str, str]:
    """Return Terraform JSON, for which the bindings have no class."""
    return {"from": old, "to": new}
