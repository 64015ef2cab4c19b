"""Authorization rules of memberships."""

from __future__ import annotations

from tests.integration.authorization.rule import (
    EVERYBODY,
    GROUPS,
    MEMBERS,
    OK,
    OWNERS,
    Role,
    Rule,
    State,
    cells,
)

INSIDE = MEMBERS - GROUPS
OUTSIDE = EVERYBODY - INSIDE - {Role.BANNED}

RULES = {
    "joinChatRoom": Rule(
        lambda fixture: {"chatRoomId": fixture.room_id},
        EVERYBODY - {Role.BANNED},
        exceptions=cells(OUTSIDE - {Role.INVITED}, frozenset({State.PRIVATE}), "Forbidden")
        | cells(OUTSIDE, frozenset({State.ARCHIVED}), "RoomFrozen"),
    ),
    "leaveChatRoom": Rule(
        lambda fixture: {"chatRoomId": fixture.room_id},
        INSIDE | {Role.INVITED, Role.LEFT},
        exceptions=cells(frozenset({Role.OWNER}), frozenset(State), "Conflict") | {(Role.OWNER, State.ARCHIVED): OK},
    ),
    "inviteToChatRoom": Rule(
        lambda fixture: {"chatRoomId": fixture.room_id, "userId": fixture.guest_id},
        MEMBERS,
        states={State.ARCHIVED: "RoomFrozen"},
        exceptions={(Role.MEMBER, State.PRIVATE): "Forbidden"},
    ),
    "roomMembers": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
    "setMemberRole": Rule(
        lambda fixture: {"chatRoomId": fixture.room_id, "userId": fixture.member_id, "role": "MODERATOR"}, OWNERS
    ),
    "onMembershipChanged": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, MEMBERS),
}
