"""The DynamoDB tables: keys, indexes, streams and expiry. ``docs/adr`` has the reasons.

In ``tables.json`` a key is its attributes with their types, the partition key first. ``stream`` and ``projection`` are
DynamoDB's own values; ``ttl`` is the attribute with the Unix second after which DynamoDB deletes the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from contract import values

AttributeType = Literal["S", "N"]


@dataclass(frozen=True, slots=True)
class Key:
    """The attributes of a key: the partition key and, if there is one, the sort key."""

    attributes: dict[str, AttributeType]

    @property
    def partition(self) -> str:
        """The name of the partition key."""
        return next(iter(self.attributes))

    @property
    def sort(self) -> str | None:
        """The name of the sort key."""
        return next(iter([*self.attributes][1:]), None)


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. It is sparse: a row without the key's attributes is not in it."""

    name: str
    key: Key
    projection: Literal["ALL", "KEYS_ONLY"]


@dataclass(frozen=True, slots=True)
class Table:
    """One DynamoDB table.

    Attributes:
        key: its name in resolvers, outputs and Terraform addresses.
        primary_key: partition and sort key.
        indexes: the global secondary indexes.
        stream: what the stream carries to Lambda functions; None without a stream.
        ttl: the attribute by which rows expire; None for rows that stay.
    """

    key: str
    primary_key: Key
    indexes: tuple[Index, ...]
    stream: Literal["NEW_AND_OLD_IMAGES"] | None
    ttl: str | None

    @property
    def attributes(self) -> dict[str, AttributeType]:
        """Every attribute that is part of a key, with its type, sorted by name."""
        keys = (self.primary_key, *(index.key for index in self.indexes))
        return dict(sorted((name, type_) for key in keys for name, type_ in key.attributes.items()))


def _table(key: str, declared: dict[str, Any]) -> Table:
    indexes = declared.get("indexes", {}).items()
    return Table(
        key,
        Key(declared["key"]),
        tuple(Index(name, Key(index["key"]), index["projection"]) for name, index in indexes),
        declared.get("stream"),
        declared.get("ttl"),
    )


TABLES: Final = tuple(_table(key, declared) for key, declared in values("tables").items())
"""Sorted by key."""
