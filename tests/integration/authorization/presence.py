"""Rules of typing and of being there."""

from __future__ import annotations

from tests.integration.authorization.rule import EVERYBODY, MEMBERS, Rule

RULES = {
    "startTyping": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "stopTyping": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "updatePresence": Rule(lambda scene: {"status": "ONLINE", "chatRoomId": scene.room_id}, MEMBERS),
    "getUserPresence": Rule(lambda scene: {"id": scene.guest_id}, EVERYBODY),
    "presenceByRoom": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "onTypingStarted": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "onTypingStopped": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "onUserPresenceChanged": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
}
