"""Rules of coming, going and being listed."""

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
        lambda scene: {"chatRoomId": scene.room_id},
        EVERYBODY - {Role.BANNED},
        exceptions=cells(OUTSIDE - {Role.INVITED}, frozenset({State.PRIVATE}), "Forbidden")
        | cells(OUTSIDE, frozenset({State.ARCHIVED}), "RoomFrozen"),
    ),
    "leaveChatRoom": Rule(
        lambda scene: {"chatRoomId": scene.room_id},
        INSIDE | {Role.INVITED, Role.LEFT},
        exceptions=cells(frozenset({Role.OWNER}), frozenset(State), "Conflict") | {(Role.OWNER, State.ARCHIVED): OK},
    ),
    "inviteToChatRoom": Rule(
        lambda scene: {"chatRoomId": scene.room_id, "userId": scene.guest_id},
        MEMBERS,
        states={State.ARCHIVED: "RoomFrozen"},
        exceptions={(Role.MEMBER, State.PRIVATE): "Forbidden"},
    ),
    "roomMembers": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
    "setMemberRole": Rule(
        lambda scene: {"chatRoomId": scene.room_id, "userId": scene.member_id, "role": "MODERATOR"}, OWNERS
    ),
    "onMembershipChanged": Rule(lambda scene: {"chatRoomId": scene.room_id}, MEMBERS),
}
