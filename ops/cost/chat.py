"""What this design uses for a load: measured units of each operation times how often it is called."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from contract.limits import LIMITS
from ops.cost.fixed import fixed_uses
from ops.cost.measured import (
    CROWD,
    DELETE,
    EDIT,
    HEARTBEAT,
    HEARTBEAT_AGAIN,
    JOIN,
    LIST_NOTIFICATIONS,
    LIST_PRESENCE_OF_2,
    LIST_PRESENCE_OF_100,
    LIST_ROOMS,
    LISTED_ROOMS,
    MARK_READ,
    MEASURED_MESSAGE_BYTES,
    MENTIONS,
    OPEN_DIRECT,
    REACT,
    READ_AGAIN,
    READ_MESSAGE,
    READ_PAGE,
    READ_THREAD,
    REQUEST_DOWNLOAD,
    REQUEST_UPLOAD,
    SEND,
    SEND_MENTIONS,
    SEND_REPLY,
    START_TYPING,
    STOP_TYPING,
    SUBSCRIBE,
    SUBSCRIBE_OWN,
)
from ops.cost.profile import DIRECT_MEMBERS
from ops.cost.storage import note_storage
from ops.cost.streams import note_streams
from ops.cost.tally import Tally, Use

if TYPE_CHECKING:
    from ops.cost.environment import Environment
    from ops.cost.measured import Measurements, Units
    from ops.cost.profile import Profile

PRESENCE_MEMBERS = LIMITS["presenceMembersMaximum"]
"""Members of a room up to which presence is told and listed: ``presenceMembersMaximum``."""
_KILOBYTE = 1024
_PAGE_BASE_READS = 1
"""The membership, which every page reads besides its messages."""

SENDING = "sending messages"
OPENING = "opening rooms"
READING = "reading on"
GAPS = "filling gaps"
LISTING = "listing one's rooms"
PRESENCE = "presence"
TYPING = "typing"
REACTING = "reactions, edits, deletions"
FILES = "attachments"
JOINING = "joining rooms"
CONNECTING = "being connected"
FIXED = "being there"
SIGNING_IN = "signing in"


def chat_uses(profile: Profile, measured: Measurements, environment: Environment) -> list[Use]:
    """Return everything that the load takes in this environment in one month."""
    tally = Tally(profile, environment.footprint)
    _sending(tally, profile, measured)
    _opening(tally, profile, measured)
    _reading(tally, profile, measured)
    _presence(tally, profile, measured)
    _typing(tally, profile, measured)
    _reacting(tally, profile, measured)
    _files(tally, profile, measured)
    _joining(tally, profile, measured)
    note_connections(tally, profile)
    note_streams(tally, profile, environment.sweeps)
    note_storage(tally, profile, keeps_recovery=environment.keeps_recovery)
    return [*tally.uses, *(replace(use, activity=FIXED) for _, use in fixed_uses(environment.resources))]


def note_connections(tally: Tally, profile: Profile) -> None:
    """Note people who sign in and devices that stay connected, which are the same for every design on AppSync."""
    connections = profile.user_days * profile.devices + profile.messages * profile.reconnects
    tally.add(SIGNING_IN, "cognito_users", profile.users)
    tally.add(CONNECTING, "appsync_minutes", profile.connection_minutes)
    tally.add(CONNECTING, "appsync_updates", connections)


def extra_kilobytes(profile: Profile) -> int:
    """Return how many write units a message takes beyond its first, wherever it is written."""
    return ceil(profile.message_bytes / _KILOBYTE) - 1


def scaled_page(units: Units, profile: Profile) -> Units:
    """Return the units of a page of messages of the load's size.

    Args:
        units: of a page of messages of 400 bytes.
        profile: the load.
    """
    factor = profile.message_bytes / MEASURED_MESSAGE_BYTES
    reads = _PAGE_BASE_READS + (units.reads - _PAGE_BASE_READS) * factor
    # About half of a message's bytes in an answer are its content, which alone grows.
    answer = units.response_bytes * (1 + max(0.0, factor - 1) / 2)
    return replace(units, reads=reads, response_bytes=round(answer))


def _sending(tally: Tally, profile: Profile, measured: Measurements) -> None:
    extra = extra_kilobytes(profile)
    plain, reply = measured[SEND], measured[SEND_REPLY]
    replies, mentions = profile.messages * profile.reply_share, profile.messages * profile.mention_share
    tally.operations(SENDING, profile.messages - replies, replace(plain, writes=plain.writes + extra))
    tally.operations(SENDING, replies, replace(reply, writes=reply.writes + 2 * extra))
    tally.add(SENDING, "dynamodb_reads", mentions * (measured[SEND_MENTIONS].reads - plain.reads) / MENTIONS)
    size = max(0, plain.response_bytes + profile.message_bytes - MEASURED_MESSAGE_BYTES)
    tally.events(SENDING, profile.messages * profile.mean_listeners, size)


def _opening(tally: Tally, profile: Profile, measured: Measurements) -> None:
    opened = profile.messages * profile.rooms_opened
    started = opened * (1 - profile.subscriptions_kept) * profile.subscriptions_per_room
    tally.subscriptions(OPENING, started, measured[SUBSCRIBE].reads)
    tally.operations(OPENING, opened, scaled_page(measured[READ_PAGE], profile))
    tally.operations(OPENING, opened, measured[MARK_READ])
    tally.operations(OPENING, opened * profile.direct_share, measured[LIST_PRESENCE_OF_2])
    if profile.members_per_room <= PRESENCE_MEMBERS:
        listed = _presence_list(measured, profile.members_per_room)
        tally.operations(OPENING, opened * (1 - profile.direct_share), listed)


def _presence_list(measured: Measurements, members: float) -> Units:
    """Between and beyond the two sizes that were measured, reads and bytes grow evenly with the members."""
    small, large = measured[LIST_PRESENCE_OF_2], measured[LIST_PRESENCE_OF_100]
    part = (members - DIRECT_MEMBERS) / (CROWD - DIRECT_MEMBERS)
    return replace(
        small,
        reads=small.reads + (large.reads - small.reads) * part,
        response_bytes=round(small.response_bytes + (large.response_bytes - small.response_bytes) * part),
    )


def _room_list(units: Units, rooms: float) -> Units:
    """A page of one's rooms: half a unit for each, and as many bytes."""
    part = min(rooms, LISTED_ROOMS) / LISTED_ROOMS
    return replace(units, reads=max(1, units.reads * part), response_bytes=round(units.response_bytes * part))


def _reading(tally: Tally, profile: Profile, measured: Measurements) -> None:
    refreshes = profile.user_days * profile.devices * profile.hours_connected * 60 / profile.refresh_minutes
    reconnects = profile.messages * profile.reconnects
    begun = reconnects + profile.user_days * profile.devices
    watched = min(profile.rooms_watched, profile.rooms_per_user)
    rooms = _room_list(measured[LIST_ROOMS], profile.rooms_per_user)
    tally.operations(LISTING, profile.messages * profile.lists_read + reconnects, rooms)
    tally.subscriptions(LISTING, begun * watched + _left(profile, watched), measured[SUBSCRIBE].reads)
    tally.operations(READING, profile.messages * profile.pages_scrolled, scaled_page(measured[READ_PAGE], profile))
    tally.operations(READING, profile.messages * profile.threads_viewed, measured[READ_THREAD])
    tally.operations(READING, profile.messages * profile.links_followed, measured[READ_MESSAGE])
    tally.operations(READING, profile.user_days, measured[LIST_NOTIFICATIONS])
    tally.operations(GAPS, refreshes + reconnects, scaled_page(measured[READ_AGAIN], profile))
    tally.subscriptions(GAPS, reconnects * profile.subscriptions_per_room, measured[SUBSCRIBE].reads)
    tally.subscriptions(GAPS, begun, measured[SUBSCRIBE_OWN].reads)


def _left(profile: Profile, watched: float) -> float:
    """A room that is not shown any more is watched in the list again, if any room is."""
    return profile.messages * profile.rooms_opened if watched else 0.0


def _presence(tally: Tally, profile: Profile, measured: Measurements) -> None:
    """Every device says each minute that it is there; of a user's devices only the first in a minute is written."""
    per_device = profile.user_days * profile.hours_connected * 3600 / profile.heartbeat_seconds
    tally.operations(PRESENCE, per_device, measured[HEARTBEAT])
    tally.operations(PRESENCE, per_device * (profile.devices - 1), measured[HEARTBEAT_AGAIN])
    told = profile.direct_share * profile.audience(DIRECT_MEMBERS)
    if profile.members_per_room <= PRESENCE_MEMBERS:
        told += (1 - profile.direct_share) * profile.audience(profile.members_per_room)
    tally.events(PRESENCE, per_device * profile.devices * told, measured[HEARTBEAT].response_bytes)


def _typing(tally: Tally, profile: Profile, measured: Measurements) -> None:
    for case, count in ((START_TYPING, profile.typing_starts), (STOP_TYPING, profile.typing_stops)):
        calls = profile.messages * count
        tally.operations(TYPING, calls, measured[case])
        tally.events(TYPING, calls * profile.mean_audience, measured[case].response_bytes)


def _reacting(tally: Tally, profile: Profile, measured: Measurements) -> None:
    extra = extra_kilobytes(profile)
    for case, count in ((REACT, profile.reactions), (EDIT, profile.edits), (DELETE, profile.deletions)):
        units = measured[case]
        calls = profile.messages * count
        tally.operations(REACTING, calls, replace(units, writes=units.writes + extra))
        tally.events(REACTING, calls * profile.mean_audience, units.response_bytes)


def _files(tally: Tally, profile: Profile, measured: Measurements) -> None:
    tally.operations(FILES, profile.files, measured[REQUEST_UPLOAD])
    note_files(tally, profile)
    tally.operations(FILES, profile.files * profile.downloads_per_file, measured[REQUEST_DOWNLOAD])


def note_files(tally: Tally, profile: Profile) -> None:
    """Note files in S3: put, kept for their message by a function, got and carried out."""
    gigabytes = profile.files * profile.file_megabytes / 1024
    tally.functions(FILES, profile.files)
    tally.add(FILES, "s3_puts", profile.files)
    tally.add(FILES, "s3_gets", profile.files * profile.downloads_per_file)
    tally.add(FILES, "s3_storage", gigabytes * profile.months_kept)
    tally.add(FILES, "transfer_out", gigabytes * profile.downloads_per_file)


def _joining(tally: Tally, profile: Profile, measured: Measurements) -> None:
    tally.operations(JOINING, profile.messages * profile.joins, measured[JOIN])
    tally.operations(JOINING, profile.messages * profile.directs_begun, measured[OPEN_DIRECT])
