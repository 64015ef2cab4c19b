"""The tables of the chat backend as data: keys, indexes, streams and expiry. ``docs/adr`` tells why they are so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AttributeType = Literal["S", "N"]


@dataclass(frozen=True, slots=True)
class Key:
    """A partition key and, where there is one, a sort key."""

    partition: str
    sort: str | None = None

    @property
    def attributes(self) -> tuple[str, ...]:
        """The key's attribute names, partition first."""
        return (self.partition,) if self.sort is None else (self.partition, self.sort)


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. It is sparse: a row without the key's attributes is not in it."""

    name: str
    key: Key
    projection: Literal["ALL", "KEYS_ONLY"] = "ALL"


@dataclass(frozen=True, slots=True)
class Table:
    """One DynamoDB table."""

    key: str
    """How resolvers, outputs and Terraform addresses call it."""
    primary_key: Key
    indexes: tuple[Index, ...] = ()
    streamed: bool = False
    """Whether a stream carries new and old images to Lambda functions."""
    expires: bool = False
    """Whether rows vanish after the Unix second in ``expiresAt``."""

    @property
    def attribute_names(self) -> tuple[str, ...]:
        """Every attribute that is part of a key, sorted."""
        names = {*self.primary_key.attributes, *(name for index in self.indexes for name in index.key.attributes)}
        return tuple(sorted(names))


TABLES = (
    Table("audit", Key("roomId", "auditId")),
    Table("deduplication", Key("senderId", "clientMessageId"), expires=True),
    Table("memberships", Key("roomId", "userId"), (Index("byUser", Key("userId", "roomId")),), streamed=True),
    Table("messages", Key("roomId", "seq"), (Index("byThread", Key("threadId", "seq")),), streamed=True, expires=True),
    Table(
        "notifications",
        Key("userId", "notificationId"),
        (
            Index("byActor", Key("actorId", "notificationId"), "KEYS_ONLY"),
            Index("byUnread", Key("userId", "unreadId"), "KEYS_ONLY"),
        ),
        expires=True,
    ),
    Table("presence", Key("userId"), (Index("byOnline", Key("onlineShard", "userId"), "KEYS_ONLY"),), expires=True),
    Table("privacy", Key("userId", "kind"), streamed=True, expires=True),
    Table("reactions", Key("messageId", "reactionId")),
    Table("reports", Key("roomId", "reportId")),
    Table(
        "rooms",
        Key("roomId"),
        (Index("byVisibility", Key("listedVisibility", "createdAt"), "KEYS_ONLY"),),
        streamed=True,
    ),
    Table("users", Key("userId"), expires=True),
)

EXPIRY_ATTRIBUTE = "expiresAt"
ATTRIBUTE_TYPES: dict[str, AttributeType] = {"seq": "N"}
"""Types of key attributes that are not strings."""
