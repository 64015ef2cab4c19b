"""Authorization rules of rooms."""

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
    "openDirectRoom": Rule(lambda fixture: {"userId": fixture.guest_id}, EVERYBODY),
    "getChatRoom": Rule(
        lambda fixture: {"id": fixture.room_id},
        EVERYBODY,
        exceptions=cells(OUTSIDERS, PRIVATE, "Forbidden") | {(Role.BANNED, State.PRIVATE): "Banned"},
    ),
    "updateChatRoom": Rule(
        lambda fixture: {"input": {"id": fixture.room_id, "name": "Renamed"}},
        GROUPS | {Role.OWNER},
        states=ARCHIVED,
    ),
    "archiveChatRoom": Rule(lambda fixture: {"id": fixture.room_id}, OWNERS),
}

FREEZING = Rule(lambda fixture: {"input": {"id": fixture.room_id, "frozen": True}}, KEEPERS, states=ARCHIVED)
"""The arguments of updateChatRoom that moderators may use."""
