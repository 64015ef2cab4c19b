"""System messages: what a room is told of its members and its name, in words and as values for clients to localize."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from contract.fields import MESSAGE
from contract.limits import LIMITS
from contract.names import SYSTEM_TYPE
from lambdas.common.characters import cut
from lambdas.common.times import iso8601

if TYPE_CHECKING:
    from datetime import datetime

    from lambdas.common.items import Row
    from lambdas.common.schema_enums import SystemEventKind

Topic = Literal["joined", "left", "renamed"]
"""The names of the environment's settings."""

_TOPICS: dict[SystemEventKind, Topic] = {
    "MEMBER_JOINED": "joined",
    "MEMBER_LEFT": "left",
    "MEMBER_REMOVED": "left",
    "ROOM_RENAMED": "renamed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMessage:
    """One message of the backend to a room. Its author is the person whom it concerns."""

    room_id: str
    event_id: str
    """Of the stream record that it comes from: the same however often the record is delivered."""
    kind: SystemEventKind
    user_id: str
    user_name: str
    actor_id: str | None = None
    """Who did it, where it was done to the person."""
    actor_name: str | None = None
    name: str | None = None
    previous_name: str | None = None
    request_id: str | None = None
    """Of the request that it comes from (``graphql/shared/correlation.js``); in its row too."""

    @property
    def topic(self) -> Topic:
        """The setting by which it is switched on."""
        return _TOPICS[self.kind]

    @property
    def content(self) -> str:
        """The message in English, for clients that know no better."""
        if self.kind == "MEMBER_JOINED":
            return f"{self.user_name} joined."
        if self.kind == "MEMBER_LEFT":
            return f"{self.user_name} left."
        if self.kind == "MEMBER_REMOVED":
            return f"{self.actor_name or 'A moderator'} removed {self.user_name}."
        return f'{self.user_name} renamed the room from "{self.previous_name}" to "{self.name}".'

    @property
    def values(self) -> dict[str, Any]:
        """The message as the schema's ``SystemEvent``, without what it does not have."""
        values = {
            "kind": self.kind,
            "userId": self.user_id,
            "userName": self.user_name,
            "actorId": self.actor_id,
            "actorName": self.actor_name,
            "name": self.name,
            "previousName": self.previous_name,
        }
        return {name: value for name, value in values.items() if value is not None}

    def preview(self, now: datetime) -> dict[str, Any]:
        """Return what the room's row shows of its last message."""
        row = self._attributes(now)
        shown = {name: row[name] for name in MESSAGE.attributes(preview=True)}
        return {**shown, "content": cut(self.content, LIMITS["previewLength"])}

    def row(self, seq: int, now: datetime, expires_at: int | None) -> Row:
        """Return its row of the messages table.

        Args:
            seq: its place in the room.
            now: the time of its writing.
            expires_at: Unix second after which it is shown no more, where the room's messages expire.
        """
        row = {"roomId": self.room_id, "seq": seq, **self._attributes(now)}
        optional = {"expiresAt": expires_at, "requestId": self.request_id}
        return row | {name: value for name, value in optional.items() if value is not None}

    def _attributes(self, now: datetime) -> Row:
        return {
            "type": SYSTEM_TYPE,
            "content": self.content,
            "authorId": self.user_id,
            "authorName": self.user_name,
            "clientMessageId": self.event_id,
            "createdAt": iso8601(now),
            "systemEvent": self.values,
        }


def published(row: Row) -> dict[str, Any]:
    """Return a system message's row as the schema's ``PublishMessageInput``."""
    copied = ("seq", "content", "authorId", "authorName", "clientMessageId", "createdAt", "systemEvent")
    return {"chatRoomId": row["roomId"], **{name: row[name] for name in copied}}
