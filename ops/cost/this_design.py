"""The usage of this design: measured units of each operation times the number of calls in the load."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from contract.limits import LIMITS
from ops.cost.background import add_storage, add_streams
from ops.cost.measured import MEASURED_MEMBERS, MEASURED_MENTIONS, MEASURED_MESSAGE_BYTES, MEASURED_ROOMS, Case
from ops.cost.profile import DIRECT_MEMBERS
from ops.cost.resources import fixed_uses
from ops.cost.usage import Usage, Use

if TYPE_CHECKING:
    from ops.cost.environment import Environment
    from ops.cost.measured import Measurements, Units
    from ops.cost.profile import Profile

PRESENCE_MEMBERS = LIMITS["presenceMembersMaximum"]
"""Largest room whose presence is published and listed."""
_KILOBYTE = 1024
_PAGE_BASE_READS = 1
"""Read units of the membership, which every page reads in addition to its messages."""

SENDING = "sending messages"
OPENING = "opening rooms"
READING = "reading history"
GAPS = "filling gaps"
LISTING = "listing rooms"
PRESENCE = "presence"
TYPING = "typing"
REACTING = "reactions, edits, deletions"
FILES = "attachments"
JOINING = "joining rooms"
CONNECTING = "connections"
FIXED = "fixed cost"
SIGNING_IN = "signing in"


def design_uses(profile: Profile, measured: Measurements, environment: Environment) -> list[Use]:
    """Return the monthly usage of the load in an environment."""
    usage = Usage(profile, environment.footprint)
    _sending(usage, profile, measured)
    _opening(usage, profile, measured)
    _reading(usage, profile, measured)
    _presence(usage, profile, measured)
    _typing(usage, profile, measured)
    _reacting(usage, profile, measured)
    _files(usage, profile, measured)
    _joining(usage, profile, measured)
    add_connections(usage, profile)
    add_streams(usage, profile, environment.sweeps)
    add_storage(usage, profile, keeps_recovery=environment.keeps_recovery)
    return [*usage.uses, *(replace(use, activity=FIXED) for _, use in fixed_uses(environment.resources))]


def add_connections(usage: Usage, profile: Profile) -> None:
    """Add sign-ins and connections, which are the same for every design on AppSync."""
    connections = profile.user_days * profile.devices + profile.messages * profile.reconnects
    usage.add(SIGNING_IN, "cognito_users", profile.users)
    usage.add(CONNECTING, "appsync_minutes", profile.connection_minutes)
    usage.add(CONNECTING, "appsync_updates", connections)


def extra_kilobytes(profile: Profile) -> int:
    """Return the additional write units of each write of a message: one per started KB after the first."""
    return ceil(profile.message_bytes / _KILOBYTE) - 1


def scaled_page(units: Units, profile: Profile) -> Units:
    """Return the units of a page of messages, scaled to the message size of the load.

    Args:
        units: of a page of messages of 400 bytes.
        profile: the load.
    """
    factor = profile.message_bytes / MEASURED_MESSAGE_BYTES
    reads = _PAGE_BASE_READS + (units.reads - _PAGE_BASE_READS) * factor
    # About half of a message's bytes in a response are its content; the other half does not grow.
    response = units.response_bytes * (1 + max(0.0, factor - 1) / 2)
    return replace(units, reads=reads, response_bytes=round(response))


def _sending(usage: Usage, profile: Profile, measured: Measurements) -> None:
    extra = extra_kilobytes(profile)
    plain, reply = measured[Case.SEND], measured[Case.SEND_REPLY]
    replies, mentions = profile.messages * profile.reply_share, profile.messages * profile.mention_share
    usage.operations(SENDING, profile.messages - replies, replace(plain, writes=plain.writes + extra))
    usage.operations(SENDING, replies, replace(reply, writes=reply.writes + 2 * extra))
    usage.add(
        SENDING, "dynamodb_reads", mentions * (measured[Case.SEND_MENTIONS].reads - plain.reads) / MEASURED_MENTIONS
    )
    size = max(0, plain.response_bytes + profile.message_bytes - MEASURED_MESSAGE_BYTES)
    usage.events(SENDING, profile.messages * profile.mean_listeners, size)


def _opening(usage: Usage, profile: Profile, measured: Measurements) -> None:
    opened = profile.messages * profile.rooms_opened
    started = opened * (1 - profile.subscriptions_kept) * profile.subscriptions_per_room
    usage.subscriptions(OPENING, started, measured[Case.SUBSCRIBE].reads)
    usage.operations(OPENING, opened, scaled_page(measured[Case.READ_PAGE], profile))
    usage.operations(OPENING, opened, measured[Case.MARK_READ])
    usage.operations(OPENING, opened * profile.direct_share, measured[Case.LIST_PRESENCE_OF_2])
    if profile.members_per_room <= PRESENCE_MEMBERS:
        listed = _presence_list(measured, profile.members_per_room)
        usage.operations(OPENING, opened * (1 - profile.direct_share), listed)


def _presence_list(measured: Measurements, members: float) -> Units:
    """Return the units of a presence list, interpolated linearly from the two measured room sizes."""
    small, large = measured[Case.LIST_PRESENCE_OF_2], measured[Case.LIST_PRESENCE_OF_100]
    part = (members - DIRECT_MEMBERS) / (MEASURED_MEMBERS - DIRECT_MEMBERS)
    return replace(
        small,
        reads=small.reads + (large.reads - small.reads) * part,
        response_bytes=round(small.response_bytes + (large.response_bytes - small.response_bytes) * part),
    )


def _room_list(units: Units, rooms: float) -> Units:
    """Return the units of a page of the room list, scaled to the number of rooms."""
    part = min(rooms, MEASURED_ROOMS) / MEASURED_ROOMS
    return replace(units, reads=max(1, units.reads * part), response_bytes=round(units.response_bytes * part))


def _reading(usage: Usage, profile: Profile, measured: Measurements) -> None:
    refreshes = profile.user_days * profile.devices * profile.hours_connected * 60 / profile.refresh_minutes
    reconnects = profile.messages * profile.reconnects
    connected = reconnects + profile.user_days * profile.devices
    watched = min(profile.rooms_watched, profile.rooms_per_user)
    rooms = _room_list(measured[Case.LIST_ROOMS], profile.rooms_per_user)
    usage.operations(LISTING, profile.messages * profile.lists_read + reconnects, rooms)
    usage.subscriptions(LISTING, connected * watched + _left(profile, watched), measured[Case.SUBSCRIBE].reads)
    usage.operations(READING, profile.messages * profile.pages_scrolled, scaled_page(measured[Case.READ_PAGE], profile))
    usage.operations(READING, profile.messages * profile.threads_viewed, measured[Case.READ_THREAD])
    usage.operations(READING, profile.messages * profile.links_followed, measured[Case.READ_MESSAGE])
    usage.operations(READING, profile.user_days, measured[Case.LIST_NOTIFICATIONS])
    usage.operations(GAPS, refreshes + reconnects, scaled_page(measured[Case.READ_AGAIN], profile))
    usage.subscriptions(GAPS, reconnects * profile.subscriptions_per_room, measured[Case.SUBSCRIBE].reads)
    usage.subscriptions(GAPS, connected, measured[Case.SUBSCRIBE_OWN].reads)


def _left(profile: Profile, watched: float) -> float:
    """Return how often a client subscribes to a room for its room list again, because the room was closed."""
    return profile.messages * profile.rooms_opened if watched else 0.0


def _presence(usage: Usage, profile: Profile, measured: Measurements) -> None:
    """Add heartbeats: every device sends one per minute, and only the user's first in a minute is written."""
    per_device = profile.user_days * profile.hours_connected * 3600 / profile.heartbeat_seconds
    usage.operations(PRESENCE, per_device, measured[Case.HEARTBEAT])
    usage.operations(PRESENCE, per_device * (profile.devices - 1), measured[Case.HEARTBEAT_AGAIN])
    receivers = profile.direct_share * profile.audience(DIRECT_MEMBERS)
    if profile.members_per_room <= PRESENCE_MEMBERS:
        receivers += (1 - profile.direct_share) * profile.audience(profile.members_per_room)
    usage.events(PRESENCE, per_device * profile.devices * receivers, measured[Case.HEARTBEAT].response_bytes)


def _typing(usage: Usage, profile: Profile, measured: Measurements) -> None:
    for case, count in ((Case.START_TYPING, profile.typing_starts), (Case.STOP_TYPING, profile.typing_stops)):
        calls = profile.messages * count
        usage.operations(TYPING, calls, measured[case])
        usage.events(TYPING, calls * profile.mean_audience, measured[case].response_bytes)


def _reacting(usage: Usage, profile: Profile, measured: Measurements) -> None:
    extra = extra_kilobytes(profile)
    for case, count in ((Case.REACT, profile.reactions), (Case.EDIT, profile.edits), (Case.DELETE, profile.deletions)):
        units = measured[case]
        calls = profile.messages * count
        usage.operations(REACTING, calls, replace(units, writes=units.writes + extra))
        usage.events(REACTING, calls * profile.mean_audience, units.response_bytes)


def _files(usage: Usage, profile: Profile, measured: Measurements) -> None:
    """Add attachments: requests for URLs, the function that processes uploads, S3 and transfer."""
    gigabytes = profile.files * profile.file_megabytes / 1024
    downloads = profile.files * profile.downloads_per_file
    usage.operations(FILES, profile.files, measured[Case.REQUEST_UPLOAD])
    usage.operations(FILES, downloads, measured[Case.REQUEST_DOWNLOAD])
    usage.functions(FILES, profile.files)
    usage.add(FILES, "s3_puts", profile.files)
    usage.add(FILES, "s3_gets", downloads)
    usage.add(FILES, "s3_storage", gigabytes * profile.months_kept)
    usage.add(FILES, "transfer_out", gigabytes * profile.downloads_per_file)


def _joining(usage: Usage, profile: Profile, measured: Measurements) -> None:
    usage.operations(JOINING, profile.messages * profile.joins, measured[Case.JOIN])
    usage.operations(JOINING, profile.messages * profile.directs_begun, measured[Case.OPEN_DIRECT])
