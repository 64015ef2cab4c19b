"""Authorization rules of typing indicators and presence."""

from __future__ import annotations

from tests.integration.authorization.rule import EVERYBODY, MEMBERS, Rule

RULES = {
    "startTyping": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "stopTyping": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "updatePresence": Rule(lambda fixture: {"status": "ONLINE", "chatRoomId": fixture.room_id}, MEMBERS),
    "getUserPresence": Rule(lambda fixture: {"id": fixture.guest_id}, EVERYBODY),
    "presenceByRoom": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "onTypingStarted": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "onTypingStopped": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "onUserPresenceChanged": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
}
