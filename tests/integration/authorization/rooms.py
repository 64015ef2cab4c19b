"""Rules of finding, opening and setting up rooms."""

from __future__ import annotations

from tests.integration.authorization.rule import (
    ARCHIVED,
    EVERYBODY,
    GROUPS,
    KEEPERS,
    MEMBERS,
    OWNERS,
    Role,
    Rule,
    State,
    cells,
)

OUTSIDERS = EVERYBODY - MEMBERS - {Role.BANNED}
PRIVATE = frozenset({State.PRIVATE})

RULES = {
    "me": Rule(lambda _: {}, EVERYBODY),
    "createChatRoom": Rule(lambda _: {"input": {"name": "Allowed"}}, EVERYBODY),
    "listChatRooms": Rule(lambda _: {"limit": 1}, EVERYBODY),
    "myChatRooms": Rule(lambda _: {"limit": 1}, EVERYBODY),
    "myInvitations": Rule(lambda _: {"limit": 1}, EVERYBODY),
    "openDirectRoom": Rule(lambda scene: {"userId": scene.guest_id}, EVERYBODY),
    "getChatRoom": Rule(
        lambda scene: {"id": scene.room_id},
        EVERYBODY,
        exceptions=cells(OUTSIDERS, PRIVATE, "Forbidden") | {(Role.BANNED, State.PRIVATE): "Banned"},
    ),
    "updateChatRoom": Rule(
        lambda scene: {"input": {"id": scene.room_id, "name": "Renamed"}},
        GROUPS | {Role.OWNER},
        states=ARCHIVED,
    ),
    "archiveChatRoom": Rule(lambda scene: {"id": scene.room_id}, OWNERS),
}

FREEZING = Rule(lambda scene: {"input": {"id": scene.room_id, "frozen": True}}, KEEPERS, states=ARCHIVED)
"""What of updateChatRoom moderators may do too."""
