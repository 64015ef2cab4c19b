"""What one user knows of a room: its messages, what is not sent yet, who is typing, what is unread."""

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
        user_id: whose view this is.
        read_seq: up to where this user has read.
        clock: Unix seconds.
    """

    def __init__(self, user_id: str, *, read_seq: int = 0, clock: Callable[[], float] = time.time) -> None:
        self.user_id = user_id
        self.read_seq = read_seq
        self.unsent: dict[str, str] = {}
        """What this user has written and the backend has not confirmed: ``clientMessageId`` -> content."""
        self.last_seq = 0
        """The highest number seen."""
        self.messages: list[Row] = []
        """In the room's order, without the numbers that hold none."""
        self._clock = clock
        self._typing: dict[str, tuple[str, float]] = {}

    @property
    def unread(self) -> int:
        """How many messages of others came after the one read last."""
        return sum(message["seq"] > self.read_seq for message in self._of_others())

    @property
    def typists(self) -> list[str]:
        """The names of the others who are writing now."""
        now = self._clock()
        self._typing = {user: entry for user, entry in self._typing.items() if entry[1] > now}
        return [name for name, _ in self._typing.values()]

    def last_of_others(self) -> Row | None:
        """The newest message of somebody else that is not deleted: what a quick reaction is for."""
        others = [message for message in self._of_others() if not message["deletedAt"]]
        return others[-1] if others else None

    def show(self, rows: Sequence[Row]) -> None:
        """Take over what there is in the room, in its order: what came is sent, and its author has stopped typing."""
        for row in rows:
            self.unsent.pop(row["clientMessageId"] or "", None)
            if row["seq"] > self.last_seq:
                self._typing.pop(row["authorId"] or "", None)
        self.last_seq = max([self.last_seq, *(row["seq"] for row in rows)])
        self.messages = [row for row in rows if row["type"] != "VOID"]

    def take_typing(self, field: str, event: Row) -> None:
        """Take an event of `TYPING_STARTED` or `TYPING_STOPPED`; the user's own does not count."""
        if event["userId"] == self.user_id:
            return
        if field == TYPING_STARTED:
            until = datetime.fromisoformat(event["expiresAt"]).timestamp()
            self._typing[event["userId"]] = (event["displayName"], until)
        else:
            self._typing.pop(event["userId"], None)

    def _of_others(self) -> list[Row]:
        """What people said; a system message names whom it is about, not who said it."""
        return [m for m in self.messages if m["authorId"] != self.user_id and m["type"] != "SYSTEM"]
