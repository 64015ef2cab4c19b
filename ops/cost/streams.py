"""What functions behind the tables' streams and the schedule use: counted from what their code calls, a call at a time.

All rows are below 1 KB, so a write takes one unit and one more for each index of the table, an eventually consistent
read half a unit. Lambda pays nothing for reading a stream (DynamoDB pricing). A test runs the
functions' own logic and counts the same calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract.limits import LIMITS
from contract.tables import TABLES

if TYPE_CHECKING:
    from ops.cost.profile import Profile
    from ops.cost.tally import Tally

NOTIFYING = "notifications"
SWEEPING = "presence sweep"
TELLING = "system messages"
_PUBLISHED_BYTES = 500
_READ = 0.5
_WRITE_UNITS = {table.key: 1 + len(table.indexes) for table in TABLES}
"""Write units of a new row below 1 KB by table: the row, and its entry in each index."""
ONLINE_ROWS_READ = 0.5
"""Read units for each user who is online, at each sweep."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What the function does about one message, besides being called.

    Attributes:
        memberships_read: rows of memberships.
        rows_read: the room, and the message that is answered.
        mentions_counted: updates of memberships.
        notifications: rows written and published.
    """

    memberships_read: int = 0
    rows_read: int = 0
    mentions_counted: int = 0
    notifications: int = 0

    @property
    def reads(self) -> float:
        """Read units."""
        return (self.memberships_read + self.rows_read) * _READ

    @property
    def writes(self) -> float:
        """Write units."""
        return self.mentions_counted * _WRITE_UNITS["memberships"] + self.notifications * _WRITE_UNITS["notifications"]


TELLING_READS, TELLING_WRITES = 1.0, 3
"""Of one system message: whether it was told already; the room, the marker and the message."""

PLAIN = Calls()
"""A message in a room that concerns nobody in particular: the function is called and finds nothing to do."""
MENTION = Calls(memberships_read=1, rows_read=1, mentions_counted=1, notifications=1)
REPLY = Calls(memberships_read=1, rows_read=2, notifications=1)
DIRECT = Calls(memberships_read=2, rows_read=1, notifications=1)


def note_streams(tally: Tally, profile: Profile, sweeps: float) -> None:
    """Note what the functions behind messages and presence take.

    Each message calls the function of notifications once, as if none came while another is handled: the most that can
    be. Mentions and replies are counted in rooms; in a direct room every message is a notification already.
    """
    in_rooms = profile.messages * (1 - profile.direct_share)
    tally.functions(NOTIFYING, profile.messages * (1 + profile.edits + profile.deletions))
    _note(tally, profile, DIRECT, profile.messages * profile.direct_share)
    _note(tally, profile, MENTION, in_rooms * profile.mention_share)
    _note(tally, profile, REPLY, in_rooms * profile.reply_share)
    _note_telling(tally, profile.messages * profile.joins, profile.mean_audience)
    _note_sweep(tally, profile, sweeps)


def _note_telling(tally: Tally, told: float, audience: float) -> None:
    """Rooms are told who joins; how often members leave and rooms are renamed, the profile does not say: seldom."""
    tally.functions(TELLING, told)
    tally.add(TELLING, "dynamodb_reads", told * TELLING_READS)
    tally.add(TELLING, "dynamodb_writes", told * TELLING_WRITES)
    tally.add(TELLING, "appsync_operations", told)
    tally.requests(TELLING, told)
    tally.events(TELLING, told * audience, _PUBLISHED_BYTES)


def _note(tally: Tally, profile: Profile, calls: Calls, count: float) -> None:
    published = count * calls.notifications
    tally.add(NOTIFYING, "dynamodb_reads", count * calls.reads)
    tally.add(NOTIFYING, "dynamodb_writes", count * calls.writes)
    tally.add(NOTIFYING, "appsync_operations", published)
    tally.requests(NOTIFYING, published)
    listening = profile.connected_share * profile.devices
    tally.events(NOTIFYING, published * listening, _PUBLISHED_BYTES)


def _note_sweep(tally: Tally, profile: Profile, sweeps: float) -> None:
    """The sweep reads every user who is not offline, and takes offline who has gone, once a day and user."""
    online = profile.users * profile.daily_active_share * profile.hours_connected / 24
    tally.functions(SWEEPING, sweeps)
    tally.add(SWEEPING, "scheduler_invocations", sweeps)
    tally.add(SWEEPING, "dynamodb_reads", sweeps * (LIMITS["presenceShards"] * _READ + online * ONLINE_ROWS_READ))
    gone = profile.user_days if sweeps else 0
    tally.add(SWEEPING, "dynamodb_writes", gone * _WRITE_UNITS["presence"])
    tally.add(SWEEPING, "dynamodb_reads", gone * 2 * _READ)
    tally.add(SWEEPING, "appsync_operations", gone)
    tally.events(SWEEPING, gone * profile.mean_audience, _PUBLISHED_BYTES)
