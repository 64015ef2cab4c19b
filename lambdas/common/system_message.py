"""System messages about a room's members and name, as English text and as values that clients can localize."""

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
"""Settings that enable system messages (``SystemMessageSettings``)."""

_TOPICS: dict[SystemEventKind, Topic] = {
    "MEMBER_JOINED": "joined",
    "MEMBER_LEFT": "left",
    "MEMBER_REMOVED": "left",
    "ROOM_RENAMED": "renamed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMessage:
    """A system message. Its author is the user it is about."""

    room_id: str
    event_id: str
    """Id of the stream record that caused it: the same for each delivery of the record."""
    kind: SystemEventKind
    user_id: str
    user_name: str
    actor_id: str | None = None
    """The moderator, if the user did not do it themselves."""
    actor_name: str | None = None
    name: str | None = None
    previous_name: str | None = None
    request_id: str | None = None
    """Id of the request that caused it (``graphql/shared/correlation.js``); stored in its row."""

    @property
    def topic(self) -> Topic:
        """The setting that enables it."""
        return _TOPICS[self.kind]

    @property
    def content(self) -> str:
        """English text, for clients that do not localize."""
        if self.kind == "MEMBER_JOINED":
            return f"{self.user_name} joined."
        if self.kind == "MEMBER_LEFT":
            return f"{self.user_name} left."
        if self.kind == "MEMBER_REMOVED":
            return f"{self.actor_name or 'A moderator'} removed {self.user_name}."
        return f'{self.user_name} renamed the room from "{self.previous_name}" to "{self.name}".'

    @property
    def values(self) -> dict[str, Any]:
        """The values as the schema's ``SystemEvent``, without those that are None."""
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
        """Return the ``lastMessage`` attribute of the room."""
        row = self._attributes(now)
        preview = {name: row[name] for name in MESSAGE.attributes(preview=True)}
        return {**preview, "content": cut(self.content, LIMITS["previewLength"])}

    def row(self, seq: int, now: datetime, expires_at: int | None) -> Row:
        """Return its row of the messages table.

        Args:
            seq: Sequence number in the room.
            now: Creation time.
            expires_at: Expiry as a Unix timestamp in seconds; None if the room's messages do not expire.
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
