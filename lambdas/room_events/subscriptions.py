"""Events that the response of a mutation did not deliver, and the end of former members' subscriptions.

A mutation that removes a member ends five of the member's subscriptions, the maximum that AppSync ends per request. The
others are ended here, shortly after, with a separate request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambdas.common.publishing import unpublished_event

if TYPE_CHECKING:
    from lambdas.common.items import Row
    from lambdas.common.streams import Change


class Signals(Protocol):
    """Publishes members' events to a room."""

    def membership_changed(self, room_id: str, user_id: str) -> None:
        """Publish the current membership."""
        ...

    def typing(self, indicator: Row, *, is_typing: bool) -> None:
        """Publish that a member starts or stops typing."""
        ...

    def present(self, presence: Row) -> None:
        """Publish the presence of a member."""
        ...


class Rooms(Protocol):
    """Rooms."""

    def current(self, room_id: str) -> Row | None:
        """Return a room, read strongly consistent."""
        ...

    def forget_event(self, room_id: str, event_id: str) -> None:
        """Remove an event from the row of its room, unless another event has replaced it."""
        ...


def publish_event(change: Change, signals: Signals, rooms: Rooms, now: str) -> bool:
    """Publish the event that a mutation stored in the row of a membership, or a user's event in the row of a room.

    A published event is removed from the row of the room: if the user is not a member, the deletion of the account
    would not find it.

    Args:
        change: A change in the memberships or rooms table.
        signals: Publishes to the room.
        rooms: Rooms.
        now: ISO 8601 with milliseconds, in UTC.

    Returns:
        Whether an event was published.

    Raises:
        ValueError: The kind of the event is unknown.
    """
    event = unpublished_event(change)
    if event is None:
        return False
    room_id = change.current["roomId"]
    if event["kind"] == "MEMBERSHIP":
        signals.membership_changed(room_id, change.current["userId"])
        return True
    is_current = event["kind"] != "TYPING_STARTED" or _is_still_typing(change, event, rooms, now)
    if is_current:
        _publish_signal(room_id, event, signals)
    rooms.forget_event(room_id, event["id"])
    return is_current


def _is_still_typing(change: Change, event: Row, rooms: Rooms, now: str) -> bool:
    """Return whether the indicator has not expired and the user has not sent a message since."""
    if event["expiresAt"] <= now:
        return False
    room = rooms.current(change.current["roomId"])
    return (
        room is None
        or room["lastSeq"] == change.current["lastSeq"]
        or room.get("lastMessage", {}).get("authorId") != event["userId"]
    )


def _publish_signal(room_id: str, event: Row, signals: Signals) -> None:
    details = {"chatRoomId": room_id}
    details |= {name: value for name, value in event.items() if name not in ("id", "kind")}
    match event["kind"]:
        case "TYPING_STARTED":
            signals.typing(details, is_typing=True)
        case "TYPING_STOPPED":
            signals.typing(details, is_typing=False)
        case "PRESENCE":
            signals.present(details)
        case kind:
            raise ValueError(f"unknown kind of event: {kind}")


class Members(Protocol):
    """Memberships."""

    def is_active(self, room_id: str, user_id: str) -> bool:
        """Return whether the user is an active member, read strongly consistent."""
        ...


class Access(Protocol):
    """Subscriptions of users."""

    def end(self, room_id: str, user_id: str) -> None:
        """End the user's subscriptions to the room; idempotent."""
        ...


def end_access(change: Change, members: Members, access: Access) -> bool:
    """End the subscriptions of a former member, unless the user has rejoined meanwhile.

    Args:
        change: A change in the memberships table.
        members: Memberships.
        access: Subscriptions of users.

    Returns:
        Whether the subscriptions were ended.
    """
    was_active = (change.old or {}).get("state") == "ACTIVE"
    is_active = (change.new or {}).get("state") == "ACTIVE"
    room_id, user_id = change.current["roomId"], change.current["userId"]
    if not was_active or is_active or members.is_active(room_id, user_id):
        return False
    access.end(room_id, user_id)
    return True
