"""Rules of reading, sending and changing messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.integration.authorization.rule import FROZEN_AND_ARCHIVED, GROUPS, KEEPERS, MEMBERS, Rule

if TYPE_CHECKING:
    from tests.integration.authorization.scene import Scene


def a_reaction(scene: Scene) -> dict[str, Any]:
    """A reaction to the plain member's message."""
    return {"input": {"messageId": scene.message_id, "emoji": "👍"}}


RULES = {
    "messagesByRoom": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "getMessage": Rule(lambda scene: {"id": scene.message_id}, MEMBERS),
    "createMessage": Rule(
        lambda scene: {"input": {"chatRoomId": scene.room_id, "content": "hello"}}, MEMBERS, states=FROZEN_AND_ARCHIVED
    ),
    "updateMessage": Rule(
        lambda scene: {"input": {"id": scene.own_message_id, "content": "edited", "expectedVersion": 1}},
        MEMBERS,
        states=FROZEN_AND_ARCHIVED,
    ),
    "deleteMessage": Rule(lambda scene: {"id": scene.message_id}, KEEPERS),
    "createReaction": Rule(a_reaction, MEMBERS, states=FROZEN_AND_ARCHIVED),
    "deleteReaction": Rule(a_reaction, MEMBERS, states=FROZEN_AND_ARCHIVED),
    "reactionsByMessage": Rule(lambda scene: {"messageId": scene.message_id}, MEMBERS),
    "repliesByMessage": Rule(lambda scene: {"messageId": scene.message_id}, MEMBERS),
    "seenBy": Rule(lambda scene: {"messageId": scene.message_id}, MEMBERS),
    "markRoomRead": Rule(lambda scene: {"chatRoomId": scene.room_id, "seq": 1}, MEMBERS - GROUPS),
    "onReactionAdded": Rule(lambda scene: {"messageId": scene.message_id}, MEMBERS),
    "onReactionRemoved": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "onMessageCreated": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "onMessageUpdated": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "onMessageDeleted": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
}
