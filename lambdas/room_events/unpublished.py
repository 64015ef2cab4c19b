"""The events of a room's members who did not select all that subscribers need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambdas.common.unpublished import unpublished_event

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


def publish_event(change: Change, signals: Signals, now: str) -> bool:
    """Publish the event that a change of a membership has left there, or that of a member in the row of the room.

    That somebody starts writing is not told once it is over.

    Args:
        change: of the memberships or the rooms table.
        signals: who tells the room.
        now: ISO 8601 with milliseconds, in UTC.

    Returns:
        Whether one was published.

    Raises:
        ValueError: the event is of an unknown kind.
    """
    event = unpublished_event(change)
    if event is None:
        return False
    details = {"chatRoomId": change.current["roomId"]}
    details |= {name: value for name, value in event.items() if name not in ("id", "kind")}
    match event["kind"]:
        case "MEMBERSHIP":
            signals.membership_changed(change.current["roomId"], change.current["userId"])
        case "TYPING_STARTED":
            if event["expiresAt"] <= now:
                return False
            signals.typing(details, is_writing=True)
        case "TYPING_STOPPED":
            signals.typing(details, is_writing=False)
        case "PRESENCE":
            signals.present(details)
        case kind:
            raise ValueError(f"there is no event of the kind {kind}")
    return True
