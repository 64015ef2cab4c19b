"""Rules of reading, sending and changing messages."""

from __future__ import annotations

from tests.integration.authorization.rule import FROZEN_AND_ARCHIVED, KEEPERS, MEMBERS, Rule

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
    "onMessageCreated": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "onMessageUpdated": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "onMessageDeleted": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
}
