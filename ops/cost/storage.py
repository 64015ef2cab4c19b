"""What the tables hold after the months of the load: rows, their copies in indexes, and what DynamoDB adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.cost.profile import DAYS
from ops.cost.tally import GIGABYTE

if TYPE_CHECKING:
    from ops.cost.profile import Profile
    from ops.cost.tally import Tally

KEEPING = "keeping data"
OVERHEAD = 100
"""Bytes that DynamoDB adds to each row, in the table and in each index (DynamoDB developer guide, "Capacity units")."""
ROW_BYTES = {"rooms": 500, "memberships": 172, "deduplication": 142, "users": 90, "presence": 150, "notifications": 481}
"""Sizes of rows as the benchmark's run left them, names and values, as DynamoDB counts."""
NOTIFICATION_MONTHS = 3
_DEDUPLICATION_DAYS = 3
"""A day by setting, and up to two more until DynamoDB removes what has expired."""


def note_storage(tally: Tally, profile: Profile, *, keeps_recovery: bool) -> None:
    """Note the rows of the tables at the end of the months that are kept."""
    tables = table_bytes(profile)
    copies = index_bytes(profile)
    tally.add(KEEPING, "dynamodb_storage", (tables + copies) / GIGABYTE)
    if keeps_recovery:
        tally.add(KEEPING, "dynamodb_recovery", tables / GIGABYTE)


def rooms(profile: Profile) -> float:
    """Return how many rooms there are: as many direct ones as others for each person."""
    memberships = profile.users * profile.rooms_per_user
    return memberships / 2 / 2 + memberships / 2 / profile.members_per_room


def table_bytes(profile: Profile) -> float:
    """Return the bytes of all rows without their copies in indexes."""
    sizes = {name: size + OVERHEAD for name, size in ROW_BYTES.items()}
    stored = profile.messages * profile.months_kept
    return (
        stored * (profile.message_bytes + OVERHEAD)
        + profile.messages / DAYS * _DEDUPLICATION_DAYS * sizes["deduplication"]
        + _notifications(profile) * sizes["notifications"]
        + profile.users * (profile.rooms_per_user * sizes["memberships"] + sizes["users"] + sizes["presence"])
        + rooms(profile) * sizes["rooms"]
    )


def index_bytes(profile: Profile) -> float:
    """Return the bytes of the copies in indexes: replies by thread, memberships by user, keys of notifications."""
    replies = profile.messages * profile.reply_share * profile.months_kept
    return (
        replies * (profile.message_bytes + OVERHEAD)
        + profile.users * profile.rooms_per_user * (ROW_BYTES["memberships"] + OVERHEAD)
        + _notifications(profile) * 2 * OVERHEAD
    )


def _notifications(profile: Profile) -> float:
    in_rooms = (1 - profile.direct_share) * (profile.mention_share + profile.reply_share)
    months = min(NOTIFICATION_MONTHS, profile.months_kept)
    return profile.messages * (profile.direct_share + in_rooms) * months
