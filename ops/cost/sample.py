"""The same load on the design that this repository began from, as far as that design can carry it.

The sample (AppSync, five DynamoDB tables with the key ``id``, VTL resolvers, one Lambda function for typing, presence
and joining) was never run here: it does not synthesize. Its units are derived from its
tables, indexes and resolvers, repaired where it could not work at all, and priced by the same list. What it cannot do
costs nothing in it.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from ops.cost.chat import (
    FILES,
    GAPS,
    JOINING,
    LISTING,
    OPENING,
    PRESENCE,
    REACTING,
    READING,
    SENDING,
    TYPING,
    extra_kilobytes,
    note_connections,
)
from ops.cost.environment import FUNCTION_LOG_BYTES, TRACED_SHARE
from ops.cost.measured import MEASURED_MESSAGE_BYTES, Units
from ops.cost.profile import DAYS, DIRECT_MEMBERS
from ops.cost.storage import KEEPING, OVERHEAD, rooms
from ops.cost.tally import GIGABYTE, Footprint, Tally, Use

if TYPE_CHECKING:
    from ops.cost.profile import Profile

CANNOT = {
    FILES: "its messages have no attachments",
    "notifications": "nothing writes or sends a notification",
    "presence sweep": "nobody ever goes offline by himself",
}
"""What it does not do, by activity."""

SUBSCRIPTIONS_PER_ROOM = 3
"""New messages, typing begun, typing ended; reactions are one subscription for each message, and left out."""
PRESENCE_CHANGES = 4
"""A day and person: online, away, back, offline. Assumed; there is no heartbeat."""
_REQUEST_LOG_BYTES = 4_096
"""Field log level ALL with verbose content: document, headers, context and both templates of one resolver. Assumed."""
_EVENT_LOG_BYTES = 1_900
"""The function prints the whole event, request headers included. Assumed."""
_LOG_DAYS = 7
_EVENT_BYTES = 500
_TYPING_BYTES = 200
_PAGE = 50
_PAGE_BYTES = 4_096
_ROOM_BYTES, _MEMBER_BYTES = 400, 38
_REACTION_BYTES = 250

_FOOTPRINT = Footprint(
    log_bytes=_REQUEST_LOG_BYTES,
    function_log_bytes=FUNCTION_LOG_BYTES + _EVENT_LOG_BYTES,
    traced_share=TRACED_SHARE,
    log_months=_LOG_DAYS / DAYS,
    function_gigabytes=0.25,
    function_price="lambda_x86",
)


def sample_uses(profile: Profile) -> list[Use]:
    """Return everything that the load takes on the sample's design in one month."""
    tally = Tally(profile, _FOOTPRINT)
    _sending(tally, profile)
    _reading(tally, profile)
    _presence(tally, profile)
    _typing(tally, profile)
    _operations(tally, REACTING, profile.messages * profile.reactions, writes=2)
    tally.events(REACTING, profile.messages * profile.reactions * profile.mean_audience, _TYPING_BYTES)
    _operations(tally, JOINING, profile.messages * (profile.joins + profile.directs_begun), writes=1, functions=1)
    note_connections(tally, profile)
    _storage(tally, profile)
    return tally.uses


def _operations(
    tally: Tally,
    activity: str,
    count: float,
    *,
    writes: float = 0,
    reads: float = 0,
    functions: int = 0,
    response_bytes: int = _EVENT_BYTES,
) -> None:
    """Note operations, and what field log level ALL writes of each answer."""
    tally.operations(activity, count, Units(writes, reads, functions, response_bytes))
    tally.logs(activity, count * response_bytes)


def _sending(tally: Tally, profile: Profile) -> None:
    """The message and its copy in the index of rooms; a reply has one more in the index of replies."""
    copies = 2 + profile.reply_share
    _operations(tally, SENDING, profile.messages, writes=copies * (1 + extra_kilobytes(profile)))
    tally.events(SENDING, profile.messages * profile.mean_audience, _EVENT_BYTES)


def _reading(tally: Tally, profile: Profile) -> None:
    opened = profile.messages * profile.rooms_opened
    page_reads = ceil(_PAGE * profile.message_bytes / _PAGE_BYTES) / 2
    page_bytes = _PAGE * max(0, _EVENT_BYTES + profile.message_bytes - MEASURED_MESSAGE_BYTES)
    tally.subscriptions(OPENING, opened * (1 - profile.subscriptions_kept) * SUBSCRIPTIONS_PER_ROOM, 0)
    _operations(tally, OPENING, opened, reads=page_reads, response_bytes=page_bytes)
    again = profile.pages_scrolled + profile.threads_viewed + profile.links_followed
    _operations(tally, READING, profile.messages * again, reads=page_reads, response_bytes=page_bytes)
    reconnects = profile.messages * profile.reconnects
    _operations(tally, GAPS, reconnects, reads=page_reads, response_bytes=page_bytes)
    tally.subscriptions(GAPS, reconnects * SUBSCRIPTIONS_PER_ROOM, 0)
    room = _ROOM_BYTES + _MEMBER_BYTES * (DIRECT_MEMBERS + profile.members_per_room) / 2
    _operations(
        tally,
        LISTING,
        profile.messages * (profile.lists_read + profile.reconnects),
        reads=ceil(_PAGE * room / _PAGE_BYTES) / 2,
        response_bytes=round(_PAGE * room),
    )


def _presence(tally: Tally, profile: Profile) -> None:
    """Every change reaches everybody who is connected: the subscription has no argument."""
    changes = profile.user_days * PRESENCE_CHANGES
    _operations(tally, PRESENCE, changes, writes=1, functions=1, response_bytes=_TYPING_BYTES)
    everybody = profile.users * profile.connected_share * profile.devices
    tally.events(PRESENCE, changes * everybody, _TYPING_BYTES)
    tally.subscriptions(PRESENCE, profile.user_days * profile.devices + profile.messages * profile.reconnects, 0)


def _typing(tally: Tally, profile: Profile) -> None:
    calls = profile.messages * (profile.typing_starts + profile.typing_stops)
    _operations(tally, TYPING, calls, functions=1, response_bytes=_TYPING_BYTES)
    tally.events(TYPING, calls * profile.mean_audience, _TYPING_BYTES)


def _storage(tally: Tally, profile: Profile) -> None:
    """Messages twice and replies three times; point-in-time recovery is on for every table, in every environment."""
    stored = profile.messages * profile.months_kept
    messages = stored * (profile.message_bytes + OVERHEAD)
    reactions = stored * profile.reactions * (_REACTION_BYTES + OVERHEAD)
    others = rooms(profile) * (_ROOM_BYTES + OVERHEAD) + profile.users * 2 * OVERHEAD
    tables = messages + reactions + others
    copies = messages * (1 + profile.reply_share) + reactions
    tally.add(KEEPING, "dynamodb_storage", (tables + copies) / GIGABYTE)
    tally.add(KEEPING, "dynamodb_recovery", tables / GIGABYTE)
