"""Authorization rules of notifications, which belong to users, and preferences, which belong to memberships."""

from __future__ import annotations

from tests.integration.authorization.rule import EVERYBODY, GROUPS, MEMBERS, Role, Rule

SOMEBODY_ELSES = "01HZZZZZZZ0123456789ABCDEF"

RULES = {
    "myNotifications": Rule(lambda _: {}, EVERYBODY),
    "markNotificationRead": Rule(
        lambda _: {"id": SOMEBODY_ELSES}, frozenset(), refused=dict.fromkeys(Role, "NotFound")
    ),
    "markAllNotificationsRead": Rule(lambda _: {}, EVERYBODY),
    "updateNotificationPreference": Rule(
        lambda fixture: {"input": {"chatRoomId": fixture.room_id, "level": "MENTIONS"}}, MEMBERS - GROUPS
    ),
    "onNotificationReceived": Rule(lambda _: {}, EVERYBODY),
}
