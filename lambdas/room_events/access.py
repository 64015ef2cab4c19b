"""The end of access: whoever is not in a room any more hears no more of it.

The mutation that sent a member away has ended five of the member's subscriptions, which is as many as AppSync ends in
one request; the others end here, a moment later, by a request of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lambdas.common.streams import Change


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
