"""What an export shows of the rows: the user's own, in the API's terms, without what only the backend needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdas.common.items import Row

_MESSAGE = (
    "seq",
    "type",
    "content",
    "authorName",
    "createdAt",
    "editedAt",
    "deletedAt",
    "replyToId",
    "mentions",
    "mentionsRoom",
    "attachments",
    "systemEvent",
)
_MEMBERSHIP = ("displayName", "role", "state", "joinedAt", "readSeq", "mutedUntil")
_NOTIFICATION = (
    "type",
    "chatRoomName",
    "messageId",
    "actorName",
    "preview",
    "action",
    "reason",
    "createdAt",
    "readAt",
)
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
        "chatRoomId": row["roomId"],
        "chatRoomName": room.get("name"),
        "visibility": room.get("visibility"),
        **_some(row, _MEMBERSHIP),
        "notificationPreference": {
            "level": row.get("notificationLevel", "ALL"),
            **({"mutedUntil": row["notificationsMutedUntil"]} if "notificationsMutedUntil" in row else {}),
        },
    }


def shown_message(row: Row) -> dict[str, Any]:
    """Return a message."""
    return {"id": _message_id(row), "chatRoomId": row["roomId"], **_some(row, _MESSAGE)}


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
    return {"id": row["notificationId"], "chatRoomId": row["roomId"], **_some(row, _NOTIFICATION)}


def _message_id(row: Row) -> str:
    return f"{row['roomId']}:{row['seq']}"


def _some(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}
