"""Authorization rules of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.integration.authorization.rule import FROZEN_AND_ARCHIVED, GROUPS, KEEPERS, MEMBERS, Rule

if TYPE_CHECKING:
    from tests.integration.authorization.room_fixture import RoomFixture


def a_reaction(fixture: RoomFixture) -> dict[str, Any]:
    """Return a reaction to the member's message."""
    return {"input": {"messageId": fixture.message_id, "emoji": "👍"}}


RULES = {
    "messagesByRoom": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "getMessage": Rule(lambda fixture: {"id": fixture.message_id}, MEMBERS),
    "createMessage": Rule(
        lambda fixture: {"input": {"chatRoomId": fixture.room_id, "content": "hello"}},
        MEMBERS,
        states=FROZEN_AND_ARCHIVED,
    ),
    "updateMessage": Rule(
        lambda fixture: {"input": {"id": fixture.own_message_id, "content": "edited", "expectedVersion": 1}},
        MEMBERS,
        states=FROZEN_AND_ARCHIVED,
    ),
    "deleteMessage": Rule(lambda fixture: {"id": fixture.message_id}, KEEPERS),
    "createReaction": Rule(a_reaction, MEMBERS, states=FROZEN_AND_ARCHIVED),
    "deleteReaction": Rule(a_reaction, MEMBERS, states=FROZEN_AND_ARCHIVED),
    "reactionsByMessage": Rule(lambda fixture: {"messageId": fixture.message_id}, MEMBERS),
    "repliesByMessage": Rule(lambda fixture: {"messageId": fixture.message_id}, MEMBERS),
    "seenBy": Rule(lambda fixture: {"messageId": fixture.message_id}, MEMBERS),
    "markRoomRead": Rule(lambda fixture: {"chatRoomId": fixture.room_id, "seq": 1}, MEMBERS - GROUPS),
    "onReactionAdded": Rule(lambda fixture: {"messageId": fixture.message_id}, MEMBERS),
    "onReactionRemoved": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "onMessageCreated": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "onMessageUpdated": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "onMessageDeleted": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
}
