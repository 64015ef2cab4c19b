"""The events of a room's members who did not select all that subscribers need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambdas.common.publishing import unpublished_event

if TYPE_CHECKING:
    from lambdas.common.items import Row
    from lambdas.common.streams import Change


class Signals(Protocol):
    """Subscriptions to what the members of a room do."""

    def membership_changed(self, room_id: str, user_id: str) -> None:
        """Bring a membership, as it is at this moment, to the room's subscriptions."""
        ...

    def typing(self, indicator: Row, *, is_writing: bool) -> None:
        """Bring to the room's subscriptions that a member starts or stops writing."""
        ...

    def present(self, presence: Row) -> None:
        """Bring how a member is present to the room's subscriptions."""
        ...


class Rooms(Protocol):
    """The rows of rooms."""

    def current(self, room_id: str) -> Row | None:
        """Return a room as it is at this moment."""
        ...

    def forget_event(self, room_id: str, event_id: str) -> None:
        """Take an event out of its row, unless another one has taken its place."""
        ...


def publish_event(change: Change, signals: Signals, rooms: Rooms, now: str) -> bool:
    """Publish the event that a change of a membership has left there, or that of a user in the row of the room.

    The row of the room forgets what is published: the user may have no membership by which a deletion would find it.

    Args:
        change: of the memberships or the rooms table.
        signals: who tells the room.
        rooms: where events of users were left.
        now: ISO 8601 with milliseconds, in UTC.

    Returns:
        Whether one was published.

    Raises:
        ValueError: the event is of an unknown kind.
    """
    event = unpublished_event(change)
    if event is None:
        return False
    room_id = change.current["roomId"]
    if event["kind"] == "MEMBERSHIP":
        signals.membership_changed(room_id, change.current["userId"])
        return True
    is_told = event["kind"] != "TYPING_STARTED" or _is_still_writing(change, event, rooms, now)
    if is_told:
        _publish_signal(room_id, event, signals)
    rooms.forget_event(room_id, event["id"])
    return is_told


def _is_still_writing(change: Change, event: Row, rooms: Rooms, now: str) -> bool:
    """Whether neither the time has run out nor the user's message has come since."""
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
            signals.typing(details, is_writing=True)
        case "TYPING_STOPPED":
            signals.typing(details, is_writing=False)
        case "PRESENCE":
            signals.present(details)
        case kind:
            raise ValueError(f"there is no event of the kind {kind}")


class Members(Protocol):
    """Who is in which room."""

    def is_active(self, room_id: str, user_id: str) -> bool:
        """Tell whether the user is in the room at this moment."""
        ...


class Access(Protocol):
    """Who may listen."""

    def end(self, room_id: str, user_id: str) -> None:
        """End the user's subscriptions to the room; repeating changes nothing."""
        ...


def end_access(change: Change, members: Members, access: Access) -> bool:
    """End the subscriptions of a member who is one no more, unless the user has come back meanwhile.

    Args:
        change: of the memberships table.
        members: who is in which room now.
        access: who may listen.

    Returns:
        Whether they were ended.
    """
    was_active = (change.old or {}).get("state") == "ACTIVE"
    is_active = (change.new or {}).get("state") == "ACTIVE"
    room_id, user_id = change.current["roomId"], change.current["userId"]
    if not was_active or is_active or members.is_active(room_id, user_id):
        return False
    access.end(room_id, user_id)
    return True
