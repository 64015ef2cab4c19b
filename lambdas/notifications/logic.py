"""The rules of notifications: who is notified of which change.

A message notifies the users it mentions, the author of the message it replies to, and the other user of a direct room;
each user once, for the first reason that applies. A membership notifies its user of an invitation and of moderation.
Users are not notified of their own actions, nor of what the backend writes, such as system messages and counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from contract.limits import LIMITS
from contract.names import DIRECT_ROOM_PREFIX, FILE_TYPES, TEXT_TYPE
from lambdas.common.characters import cut
from lambdas.common.times import parse_iso8601
from lambdas.common.ulids import ulid_of, ulid_time
from lambdas.notifications.delivery import Notification

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from lambdas.common.items import Row
    from lambdas.common.schema_enums import NotificationType
    from lambdas.common.streams import Change

WRITTEN_BY_PEOPLE = (TEXT_TYPE, *FILE_TYPES)

_WANTED: dict[str, frozenset[NotificationType]] = {
    "ALL": frozenset({"MENTION", "REPLY", "DIRECT_MESSAGE"}),
    "MENTIONS": frozenset({"MENTION"}),
    "NONE": frozenset(),
}
"""Types of notifications by ``notificationLevel``, which is ALL if absent."""


class Chat(Protocol):
    """Rooms, members and messages."""

    def room(self, room_id: str) -> Row | None:
        """Return a room."""
        ...

    def memberships(self, room_id: str, user_ids: Iterable[str]) -> list[Row]:
        """Return the memberships that exist."""
        ...

    def all_memberships(self, room_id: str) -> Iterable[Row]:
        """Return all memberships of a room."""
        ...

    def message(self, room_id: str, seq: int) -> Row | None:
        """Return a message."""
        ...

    def count_mention(self, room_id: str, user_id: str, seq: int) -> None:
        """Count a mention of a member who has not read the message yet; idempotent."""
        ...


def message_notifications(change: Change, chat: Chat, now: datetime) -> Iterator[Notification]:
    """Yield the notifications of a new, edited or deleted message, and count mentions.

    Args:
        change: A change in the messages table.
        chat: Rooms, members and messages.
        now: Current time, for mutes.
    """
    message = change.new
    if message is None or message.get("type") not in WRITTEN_BY_PEOPLE:
        return
    if message.get("deletedAt"):
        yield from _deletion(change, message, chat)
        return
    room_id = message["roomId"]
    mentioned = _newly_mentioned(change)
    others = {} if change.old else _addressed(message, chat)
    everybody = bool(message.get("mentionsRoom")) and change.changed("mentionsRoom")
    if not (mentioned or others or everybody):
        return
    rows = chat.all_memberships(room_id) if everybody else chat.memberships(room_id, {*mentioned, *others})
    room = chat.room(room_id)
    for membership in rows:
        user_id = membership["userId"]
        if user_id == message["authorId"] or membership["state"] != "ACTIVE":
            continue
        is_mention = everybody or user_id in mentioned
        if is_mention:
            chat.count_mention(room_id, user_id, message["seq"])
        kind: NotificationType = "MENTION" if is_mention else others[user_id]
        if wants(membership, kind, now):
            yield _of_message(kind, user_id, message, room)


def wants(membership: Row, kind: NotificationType, now: datetime) -> bool:
    """Return whether a member's preferences allow a notification of this type.

    Args:
        membership: ``notificationLevel`` and ``notificationsMutedUntil`` may be absent.
        kind: Type of the notification.
        now: Current time, for mutes.
    """
    muted_until = membership.get("notificationsMutedUntil")
    if muted_until and parse_iso8601(muted_until) > now:
        return False
    return kind in _WANTED.get(membership.get("notificationLevel") or "ALL", _WANTED["ALL"])


def membership_notifications(change: Change, chat: Chat) -> Iterator[Notification]:
    """Yield the notifications of a changed membership: an invitation, a moderation action.

    Args:
        change: A change in the memberships table.
        chat: Rooms and members.
    """
    membership = change.new
    if membership is None:
        return
    if membership.get("state") == "INVITED" and membership.get("invitedAt") and change.changed("invitedAt"):
        yield _invitation(membership, chat)
    act = membership.get("lastAct")
    before = (change.old or {}).get("lastAct") or {}
    if act and act["auditId"] != before.get("auditId") and act["actorId"] != membership["userId"]:
        yield Notification(
            user_id=membership["userId"],
            notification_id=act["auditId"],  # already a ULID, one per action
            type="MODERATION",
            room_id=membership["roomId"],
            room_name=_name(chat.room(membership["roomId"])),
            actor_id=act["actorId"],
            actor_name=act.get("actorName"),
            action=act["action"],
            reason=act.get("reason"),
            created_at=ulid_time(act["auditId"]),
        )


def _newly_mentioned(change: Change) -> set[str]:
    return set((change.new or {}).get("mentions") or ()) - set((change.old or {}).get("mentions") or ())


def _addressed(message: Row, chat: Chat) -> dict[str, NotificationType]:
    """Return the author of the message that was replied to and the users of a direct room, with the type."""
    room_id = message["roomId"]
    found: dict[str, NotificationType] = {}
    if room_id.startswith(DIRECT_ROOM_PREFIX):
        found = dict.fromkeys(room_id.removeprefix(DIRECT_ROOM_PREFIX).split(":"), "DIRECT_MESSAGE")
    if message.get("replyToId"):
        parent = chat.message(room_id, int(message["replyToId"].rsplit(":", 1)[1]))
        if parent and parent.get("authorId") and parent.get("type") in WRITTEN_BY_PEOPLE:
            found[parent["authorId"]] = "REPLY"
    return found


def _of_message(kind: NotificationType, user_id: str, message: Row, room: Row | None) -> Notification:
    message_id = f"{message['roomId']}:{message['seq']}"
    created_at = message.get("editedAt") or message["createdAt"]
    return Notification(
        user_id=user_id,
        notification_id=ulid_of(created_at, "message", message_id, user_id),
        type=kind,
        room_id=message["roomId"],
        room_name=_name(room),
        message_id=message_id,
        actor_id=message["authorId"],
        actor_name=message.get("authorName"),
        preview=cut(message.get("content") or "", LIMITS["previewLength"]) or None,
        created_at=created_at,
    )


def _deletion(change: Change, message: Row, chat: Chat) -> Iterator[Notification]:
    """Yield the notification of an author whose message was deleted by another user; without a preview."""
    deleted_by = message.get("deletedBy")
    if not change.changed("deletedAt") or not deleted_by or deleted_by == message.get("authorId"):
        return
    message_id = f"{message['roomId']}:{message['seq']}"
    yield Notification(
        user_id=message["authorId"],
        notification_id=ulid_of(message["deletedAt"], "deletion", message_id),
        type="MODERATION",
        room_id=message["roomId"],
        room_name=_name(chat.room(message["roomId"])),
        message_id=message_id,
        actor_id=deleted_by,
        action="MESSAGE_DELETED",
        created_at=message["deletedAt"],
    )


def _invitation(membership: Row, chat: Chat) -> Notification:
    room_id, user_id = membership["roomId"], membership["userId"]
    inviter_id = membership.get("invitedBy")
    inviters = chat.memberships(room_id, {inviter_id}) if inviter_id else []
    invited_at = membership["invitedAt"]
    return Notification(
        user_id=user_id,
        notification_id=ulid_of(invited_at, "invitation", room_id, user_id),
        type="INVITATION",
        room_id=room_id,
        room_name=_name(chat.room(room_id)),
        actor_id=inviter_id,
        actor_name=next((row.get("displayName") for row in inviters), None),
        created_at=invited_at,
    )


def _name(room: Row | None) -> str | None:
    """Return the name of a room, or None for a direct room."""
    return None if room is None or room["roomId"].startswith(DIRECT_ROOM_PREFIX) else room.get("name")
