"""The usage without a caller: stream functions, the presence sweep, and stored data.

The calls of the functions are counted from their code; a test runs their logic and compares. All rows are below 1 KB: a
write takes one unit plus one per index of the table, an eventually consistent read half a unit. Reading a stream by
Lambda is free (DynamoDB pricing).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract.limits import LIMITS
from contract.tables import TABLES
from ops.cost.profile import DAYS
from ops.cost.usage import GIGABYTE

if TYPE_CHECKING:
    from ops.cost.profile import Profile
    from ops.cost.usage import Usage

NOTIFYING = "notifications"
SWEEPING = "presence sweep"
SYSTEM_MESSAGES = "system messages"
STORAGE = "stored data"

_PUBLISHED_BYTES = 500
_READ = 0.5
_WRITE_UNITS = {table.key: 1 + len(table.indexes) for table in TABLES}
"""Write units of a new row by table: the row and its entry in each index."""
_ONLINE_READS = 0.5
"""Read units per online user and sweep."""
_SYSTEM_MESSAGE_READS, _SYSTEM_MESSAGE_WRITES = 1.0, 3
"""Per system message: the idempotency record is read; the room, the record and the message are written."""

ROW_OVERHEAD = 100
"""Bytes that DynamoDB adds to each row, in the table and in each index (DynamoDB developer guide, "Capacity units")."""
_ROW_BYTES = {
    "rooms": 500,
    "memberships": 172,
    "deduplication": 142,
    "users": 90,
    "presence": 150,
    "notifications": 481,
}
"""Sizes of rows at the end of the benchmark, names and values, as counted by DynamoDB."""
_NOTIFICATION_MONTHS = 3
_DEDUPLICATION_DAYS = 3
"""The expiry of one day, and up to two days until DynamoDB deletes expired rows."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of the notifications function for one message.

    Attributes:
        memberships_read: rows of memberships.
        rows_read: the room, and the message that is replied to.
        mentions_counted: updates of memberships.
        notifications: rows written and published.
    """

    memberships_read: int = 0
    rows_read: int = 0
    mentions_counted: int = 0
    notifications: int = 0

    @property
    def reads(self) -> float:
        """DynamoDB read units."""
        return (self.memberships_read + self.rows_read) * _READ

    @property
    def writes(self) -> float:
        """DynamoDB write units."""
        return self.mentions_counted * _WRITE_UNITS["memberships"] + self.notifications * _WRITE_UNITS["notifications"]


PLAIN = Calls()
"""A message that notifies nobody: the function is invoked and makes no calls."""
MENTION = Calls(memberships_read=1, rows_read=1, mentions_counted=1, notifications=1)
REPLY = Calls(memberships_read=1, rows_read=2, notifications=1)
DIRECT = Calls(memberships_read=2, rows_read=1, notifications=1)


def add_streams(usage: Usage, profile: Profile, sweeps: float) -> None:
    """Add the stream functions of messages and memberships, and the presence sweep.

    The notifications function is counted with one invocation per change of a message, without batching: the maximum.
    Mentions and replies are counted outside direct rooms only, because every direct message is a notification already.

    Args:
        usage: the usage to add to.
        profile: the load.
        sweeps: presence sweeps per month.
    """
    in_rooms = profile.messages * (1 - profile.direct_share)
    usage.functions(NOTIFYING, profile.messages * (1 + profile.edits + profile.deletions))
    _add_notifications(usage, profile, DIRECT, profile.messages * profile.direct_share)
    _add_notifications(usage, profile, MENTION, in_rooms * profile.mention_share)
    _add_notifications(usage, profile, REPLY, in_rooms * profile.reply_share)
    _add_system_messages(usage, profile.messages * profile.joins, profile.mean_audience)
    _add_sweeps(usage, profile, sweeps)


def _add_system_messages(usage: Usage, count: float, audience: float) -> None:
    """Add the system messages of new members; leaving and renaming are rare and not in the load."""
    usage.functions(SYSTEM_MESSAGES, count)
    usage.add(SYSTEM_MESSAGES, "dynamodb_reads", count * _SYSTEM_MESSAGE_READS)
    usage.add(SYSTEM_MESSAGES, "dynamodb_writes", count * _SYSTEM_MESSAGE_WRITES)
    usage.add(SYSTEM_MESSAGES, "appsync_operations", count)
    usage.requests(SYSTEM_MESSAGES, count)
    usage.events(SYSTEM_MESSAGES, count * audience, _PUBLISHED_BYTES)


def _add_notifications(usage: Usage, profile: Profile, calls: Calls, count: float) -> None:
    published = count * calls.notifications
    usage.add(NOTIFYING, "dynamodb_reads", count * calls.reads)
    usage.add(NOTIFYING, "dynamodb_writes", count * calls.writes)
    usage.add(NOTIFYING, "appsync_operations", published)
    usage.requests(NOTIFYING, published)
    listening = profile.connected_share * profile.devices
    usage.events(NOTIFYING, published * listening, _PUBLISHED_BYTES)


def _add_sweeps(usage: Usage, profile: Profile, sweeps: float) -> None:
    """Add the sweeps: each reads every online user; each active user is set offline once per day."""
    online = profile.users * profile.daily_active_share * profile.hours_connected / 24
    usage.functions(SWEEPING, sweeps)
    usage.add(SWEEPING, "scheduler_invocations", sweeps)
    usage.add(SWEEPING, "dynamodb_reads", sweeps * (LIMITS["presenceShards"] * _READ + online * _ONLINE_READS))
    set_offline = profile.user_days if sweeps else 0
    usage.add(SWEEPING, "dynamodb_writes", set_offline * _WRITE_UNITS["presence"])
    usage.add(SWEEPING, "dynamodb_reads", set_offline * 2 * _READ)
    usage.add(SWEEPING, "appsync_operations", set_offline)
    usage.events(SWEEPING, set_offline * profile.mean_audience, _PUBLISHED_BYTES)


def add_storage(usage: Usage, profile: Profile, *, keeps_recovery: bool) -> None:
    """Add the data stored in the tables at the end of the retention period of the load.

    Args:
        usage: the usage to add to.
        profile: the load.
        keeps_recovery: whether the tables have point-in-time recovery.
    """
    tables = _table_bytes(profile)
    usage.add(STORAGE, "dynamodb_storage", (tables + _index_bytes(profile)) / GIGABYTE)
    if keeps_recovery:
        usage.add(STORAGE, "dynamodb_recovery", tables / GIGABYTE)


def rooms(profile: Profile) -> float:
    """Return the number of rooms: half of each user's rooms are direct rooms."""
    memberships = profile.users * profile.rooms_per_user
    return memberships / 2 / 2 + memberships / 2 / profile.members_per_room


def _table_bytes(profile: Profile) -> float:
    """Return the bytes of all rows without indexes."""
    sizes = {name: size + ROW_OVERHEAD for name, size in _ROW_BYTES.items()}
    stored = profile.messages * profile.months_kept
    return (
        stored * (profile.message_bytes + ROW_OVERHEAD)
        + profile.messages / DAYS * _DEDUPLICATION_DAYS * sizes["deduplication"]
        + _notifications(profile) * sizes["notifications"]
        + profile.users * (profile.rooms_per_user * sizes["memberships"] + sizes["users"] + sizes["presence"])
        + rooms(profile) * sizes["rooms"]
    )


def _index_bytes(profile: Profile) -> float:
    """Return the bytes of the indexes: replies by thread, memberships by user, keys of notifications."""
    replies = profile.messages * profile.reply_share * profile.months_kept
    return (
        replies * (profile.message_bytes + ROW_OVERHEAD)
        + profile.users * profile.rooms_per_user * (_ROW_BYTES["memberships"] + ROW_OVERHEAD)
        + _notifications(profile) * 2 * ROW_OVERHEAD
    )


def _notifications(profile: Profile) -> float:
    in_rooms = (1 - profile.direct_share) * (profile.mention_share + profile.reply_share)
    months = min(_NOTIFICATION_MONTHS, profile.months_kept)
    return profile.messages * (profile.direct_share + in_rooms) * months
