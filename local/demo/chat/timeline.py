"""What one user knows of a room: its messages, what is not sent yet, who is typing, what is unread."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

Event = dict[str, Any]

_MESSAGES: Final = frozenset({"onMessageCreated", "onMessageUpdated", "onMessageDeleted"})
_REACTIONS: Final = frozenset({"onReactionAdded", "onReactionRemoved"})
SUBSCRIPTIONS: Final = (*sorted(_MESSAGES), *sorted(_REACTIONS), "onTypingStarted", "onTypingStopped")
"""The fields whose events `take` understands."""


class Timeline:
    """The room as one user sees it; every change of a message carries its revision, and the highest wins.

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
        self._clock = clock
        self._messages: dict[int, Event] = {}
        self._typing: dict[str, tuple[str, float]] = {}

    @property
    def messages(self) -> list[Event]:
        """The messages in the room's order, without the numbers that hold none."""
        return [self._messages[seq] for seq in sorted(self._messages) if self._messages[seq]["type"] != "VOID"]

    @property
    def last_seq(self) -> int:
        """The highest number seen."""
        return max(self._messages, default=0)

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

    @property
    def has_gap(self) -> bool:
        """Whether a number between the first and the last message is missing."""
        return bool(self._messages) and self.last_seq - min(self._messages) + 1 > len(self._messages)

    def last_of_others(self) -> Event | None:
        """The newest message of somebody else that is not deleted: what a quick reaction is for."""
        others = [message for message in self._of_others() if not message["deletedAt"]]
        return others[-1] if others else None

    def add(self, message: Event) -> None:
        """Take a message as it was read or announced."""
        known = self._messages.get(message["seq"])
        if known is None or known["revision"] <= message["revision"]:
            self._messages[message["seq"]] = message
        self.unsent.pop(message.get("clientMessageId") or "", None)
        self._typing.pop(message["authorId"] or "", None)

    def take(self, field: str, event: Event) -> bool:
        """Take an event of a subscription; tell whether it can be shown, or the message has to be read again.

        An event lacks what its sender's mutation did not select.
        """
        if field in _MESSAGES:
            if any(event.get(name) is None for name in ("seq", "type", "revision")):
                return False
            self.add(event)
        elif field in _REACTIONS:
            return self._count(event)
        elif event["userId"] != self.user_id:
            self._take_typing(field, event)
        return True

    def _count(self, event: Event) -> bool:
        message = next((m for m in self._messages.values() if m["id"] == event["messageId"]), None)
        if message is None or message["revision"] >= event["revision"]:
            return True
        if message["revision"] + 1 != event["revision"]:
            return False
        counts = {reaction["emoji"]: reaction["count"] for reaction in message["reactions"]}
        counts[event["emoji"]] = event["count"]
        message["reactions"] = [{"emoji": emoji, "count": count} for emoji, count in sorted(counts.items()) if count]
        message["revision"] = event["revision"]
        return True

    def _take_typing(self, field: str, event: Event) -> None:
        if field == "onTypingStarted":
            until = datetime.fromisoformat(event["expiresAt"]).timestamp()
            self._typing[event["userId"]] = (event["displayName"], until)
        else:
            self._typing.pop(event["userId"], None)

    def _of_others(self) -> list[Event]:
        """What people said; a system message names whom it is about, not who said it."""
        return [m for m in self.messages if m["authorId"] != self.user_id and m["type"] != "SYSTEM"]
