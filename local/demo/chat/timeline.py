"""One user's view of a room: messages, unsent messages, typing users and the unread count."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chat_client import Row

TYPING_STARTED: Final = "onTypingStarted"
TYPING_STOPPED: Final = "onTypingStopped"


class Timeline:
    """The room as one user sees it.

    Args:
        user_id: the user.
        read_seq: the highest sequence number that this user has read.
        clock: returns the time in Unix seconds.
    """

    def __init__(self, user_id: str, *, read_seq: int = 0, clock: Callable[[], float] = time.time) -> None:
        self.user_id = user_id
        self.read_seq = read_seq
        self.unsent: dict[str, str] = {}
        """Messages of this user that the backend has not confirmed: ``clientMessageId`` -> content."""
        self.last_seq = 0
        """The highest sequence number seen."""
        self.messages: list[Row] = []
        """Messages in the room's order, without unused sequence numbers."""
        self._clock = clock
        self._typing: dict[str, tuple[str, float]] = {}

    @property
    def unread(self) -> int:
        """The number of messages of other users after the last one read."""
        return sum(message["seq"] > self.read_seq for message in self._of_others())

    @property
    def typists(self) -> list[str]:
        """The names of the other users who are typing."""
        now = self._clock()
        self._typing = {user: entry for user, entry in self._typing.items() if entry[1] > now}
        return [name for name, _ in self._typing.values()]

    def last_of_others(self) -> Row | None:
        """The newest message of another user that is not deleted; quick reactions apply to it."""
        others = [message for message in self._of_others() if not message["deletedAt"]]
        return others[-1] if others else None

    def show(self, rows: Sequence[Row]) -> None:
        """Replace the messages by the room's; confirm sent messages and end the typing of their authors."""
        for row in rows:
            self.unsent.pop(row["clientMessageId"] or "", None)
            if row["seq"] > self.last_seq:
                self._typing.pop(row["authorId"] or "", None)
        self.last_seq = max([self.last_seq, *(row["seq"] for row in rows)])
        self.messages = [row for row in rows if row["type"] != "VOID"]

    def take_typing(self, field: str, event: Row) -> None:
        """Process a `TYPING_STARTED` or `TYPING_STOPPED` event; the user's own events are ignored."""
        if event["userId"] == self.user_id:
            return
        if field == TYPING_STARTED:
            until = datetime.fromisoformat(event["expiresAt"]).timestamp()
            self._typing[event["userId"]] = (event["displayName"], until)
        else:
            self._typing.pop(event["userId"], None)

    def _of_others(self) -> list[Row]:
        """Messages of other users; a system message names the affected user, not an author."""
        return [m for m in self.messages if m["authorId"] != self.user_id and m["type"] != "SYSTEM"]
