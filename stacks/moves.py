"""Resources that have another address than in some state: Terraform moves them instead of destroying and making them.

Whoever renames a resource adds a line here, in the same commit. A line can go when every environment has been applied
with it. What this cannot move: a table whose physical name changes is another table to AWS.
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

    By override, because cdktf's own ``move_to`` works on its construct ids, and ours are given by ``bindings.add``.
    """
    if moves:
        stack.add_override("moved", [_block(old, new) for old, new in moves])


def _block(old: str, new: str) -> dict[str, str]:
    """Terraform's own JSON, which no struct class of the bindings describes."""
    return {"from": old, "to": new}
