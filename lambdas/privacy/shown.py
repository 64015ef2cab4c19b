"""What an export shows of the rows: the user's own, in the API's terms, without what only the backend needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contract.fields import MEMBERSHIP, MESSAGE, NOTIFICATION, NOTIFICATION_PREFERENCE

if TYPE_CHECKING:
    from contract.fields import Entity
    from lambdas.common.items import Row

_LEVEL = NOTIFICATION_PREFERENCE.stored["notificationLevel"].absent
_REPORT = ("seq", "reason", "status", "resolution", "resolvedAt", "createdAt")
_ACCOUNT = ("sub", "email", "email_verified", "name", "preferred_username")


def shown_account(user_id: str, profile: Row, attributes: Row, presence: Row) -> dict[str, Any]:
    """Return the user: what the user pool, the profile and the presence tell."""
    return {
        "id": user_id,
        "displayName": profile.get("displayName"),
        "createdAt": profile.get("createdAt"),
        "signIn": _some(attributes, _ACCOUNT),
        "presence": _some(presence, ("status", "lastSeenAt")),
    }


def shown_membership(row: Row, room: Row) -> dict[str, Any]:
    """Return a membership, the room's name, and what the user wants to hear of the room."""
    return {
        **_exported(MEMBERSHIP, row),
        "chatRoomName": room.get("name"),
        "visibility": room.get("visibility"),
        "notificationPreference": {"level": _LEVEL, **_exported(NOTIFICATION_PREFERENCE, row)},
    }


def shown_message(row: Row) -> dict[str, Any]:
    """Return a message."""
    return {"id": _message_id(row), **_exported(MESSAGE, row)}


def shown_reactions(row: Row, user_id: str, further: list[Row]) -> list[dict[str, Any]]:
    """Return the user's reactions to a message: those in its row, and those with rows of their own."""
    ids = [*row.get("reactions", ()), *(each["reactionId"] for each in further)]
    emoji = [each.rpartition("#")[0] for each in ids if each.rpartition("#")[2] == user_id]
    return [{"messageId": _message_id(row), "chatRoomId": row["roomId"], "emoji": each} for each in sorted(emoji)]


def shown_report(row: Row) -> dict[str, Any]:
    """Return a report that the user made."""
    return {"id": row["reportId"], "chatRoomId": row["roomId"], "messageId": _message_id(row), **_some(row, _REPORT)}


def shown_notification(row: Row) -> dict[str, Any]:
    """Return a notification of the user's."""
    return _exported(NOTIFICATION, row)


def _message_id(row: Row) -> str:
    return f"{row['roomId']}:{row['seq']}"


def _exported(entity: Entity, row: Row) -> dict[str, Any]:
    """Return what an export has of a row, by the names of the API."""
    return {entity.stored[name].name: row[name] for name in entity.attributes(exported=True) if name in row}


def _some(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}
