"""The same load on the design that this repository was derived from, and the reasons for the differences.

The baseline (AppSync, five DynamoDB tables with the key ``id``, VTL resolvers, one Lambda function for typing, presence
and joining) was never run, because it does not synthesize. Its units are derived from its tables, indexes and
resolvers, corrected where those cannot work at all. Features that it lacks cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from ops.cost.background import NOTIFYING, ROW_OVERHEAD, STORAGE, SWEEPING, SYSTEM_MESSAGES, rooms
from ops.cost.environment import FUNCTION_LOG_BYTES, TRACED_SHARE
from ops.cost.measured import MEASURED_MESSAGE_BYTES, Units
from ops.cost.profile import DAYS, DIRECT_MEMBERS
from ops.cost.this_design import (
    CONNECTING,
    FILES,
    FIXED,
    GAPS,
    JOINING,
    LISTING,
    OPENING,
    PRESENCE,
    REACTING,
    READING,
    SENDING,
    SIGNING_IN,
    TYPING,
    add_connections,
    extra_kilobytes,
)
from ops.cost.usage import GIGABYTE, Footprint, Usage, Use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.cost.profile import Profile

REASONS = {
    SENDING: "the baseline writes a message and its index entry, and logs both in full; this design checks membership, "
    "deduplicates retries and orders messages (1 W and 2 R more), and clients also receive the messages of rooms in "
    "their room list",
    OPENING: "each subscription checks membership (1 R), and a client that shows everything starts 9 per room, the "
    "baseline 3; the room is marked as read (2 W) and its presence is listed; the baseline logs every page",
    READING: "the baseline logs every page; this design checks membership",
    GAPS: "AppSync may lose events: this design reads an open room again every 5 minutes and after each reconnection; "
    "the baseline's client reads one page after a reconnection and does not detect losses",
    LISTING: "the baseline scans the first 50 of all rooms, including their members, and logs them; this design reads "
    "the user's own rooms with unread counts, and the client subscribes to them",
    PRESENCE: "each device sends a heartbeat per minute, published to its open room; the baseline writes changes only, "
    "but publishes them to every connected user: users times users",
    TYPING: "the baseline calls a Lambda function and logs the event; this design calls no function and stores "
    "nothing, but reads the membership",
    REACTING: "the baseline has no edits and no deletions; it stores a reaction as a row and an index entry, this "
    "design as part of the message",
    FILES: "the baseline has no attachments",
    JOINING: "the baseline calls a Lambda function",
    NOTIFYING: "the baseline has no notifications",
    SYSTEM_MESSAGES: "the baseline has no system messages",
    SWEEPING: "the baseline does not detect disconnected users",
    STORAGE: "the baseline stores each message twice; the index of this design holds replies only",
    FIXED: "the baseline has no alarms, no dashboard and no metrics of resolvers",
    SIGNING_IN: "the same",
    CONNECTING: "the same",
}
"""The reason for the difference of each activity."""

SUBSCRIPTIONS_PER_ROOM = 3
"""New messages, typing started, typing stopped. Reactions need a subscription per message and are left out."""
PRESENCE_CHANGES = 4
"""Per active user and day: online, away, back, offline. Assumed; there is no heartbeat."""
_REQUEST_LOG_BYTES = 4_096
"""Field log level ALL with verbose content: document, headers, context and both templates of a resolver. Assumed."""
_EVENT_LOG_BYTES = 1_900
"""The function logs the whole event, including request headers. Assumed."""
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


def baseline_uses(profile: Profile) -> list[Use]:
    """Return the monthly usage of the load on the baseline design."""
    usage = Usage(profile, _FOOTPRINT)
    _sending(usage, profile)
    _reading(usage, profile)
    _presence(usage, profile)
    _typing(usage, profile)
    _operations(usage, REACTING, profile.messages * profile.reactions, writes=2)
    usage.events(REACTING, profile.messages * profile.reactions * profile.mean_audience, _TYPING_BYTES)
    _operations(usage, JOINING, profile.messages * (profile.joins + profile.directs_begun), writes=1, functions=1)
    add_connections(usage, profile)
    _storage(usage, profile)
    return usage.uses


def _operations(
    usage: Usage,
    activity: str,
    count: float,
    *,
    writes: float = 0,
    reads: float = 0,
    functions: int = 0,
    response_bytes: int = _EVENT_BYTES,
) -> None:
    """Add operations, including their responses in the log at field log level ALL."""
    usage.operations(activity, count, Units(writes, reads, functions, response_bytes))
    usage.logs(activity, count * response_bytes)


def _sending(usage: Usage, profile: Profile) -> None:
    """Add messages: each is written to the table and the index of rooms, a reply also to the index of replies."""
    copies = 2 + profile.reply_share
    _operations(usage, SENDING, profile.messages, writes=copies * (1 + extra_kilobytes(profile)))
    usage.events(SENDING, profile.messages * profile.mean_audience, _EVENT_BYTES)


def _reading(usage: Usage, profile: Profile) -> None:
    opened = profile.messages * profile.rooms_opened
    page_reads = ceil(_PAGE * profile.message_bytes / _PAGE_BYTES) / 2
    page_bytes = _PAGE * max(0, _EVENT_BYTES + profile.message_bytes - MEASURED_MESSAGE_BYTES)
    usage.subscriptions(OPENING, opened * (1 - profile.subscriptions_kept) * SUBSCRIPTIONS_PER_ROOM, 0)
    _operations(usage, OPENING, opened, reads=page_reads, response_bytes=page_bytes)
    again = profile.pages_scrolled + profile.threads_viewed + profile.links_followed
    _operations(usage, READING, profile.messages * again, reads=page_reads, response_bytes=page_bytes)
    reconnects = profile.messages * profile.reconnects
    _operations(usage, GAPS, reconnects, reads=page_reads, response_bytes=page_bytes)
    usage.subscriptions(GAPS, reconnects * SUBSCRIPTIONS_PER_ROOM, 0)
    room = _ROOM_BYTES + _MEMBER_BYTES * (DIRECT_MEMBERS + profile.members_per_room) / 2
    _operations(
        usage,
        LISTING,
        profile.messages * (profile.lists_read + profile.reconnects),
        reads=ceil(_PAGE * room / _PAGE_BYTES) / 2,
        response_bytes=round(_PAGE * room),
    )


def _presence(usage: Usage, profile: Profile) -> None:
    """Add changes of presence: each reaches all connected users, because the subscription has no argument."""
    changes = profile.user_days * PRESENCE_CHANGES
    _operations(usage, PRESENCE, changes, writes=1, functions=1, response_bytes=_TYPING_BYTES)
    connected = profile.users * profile.connected_share * profile.devices
    usage.events(PRESENCE, changes * connected, _TYPING_BYTES)
    usage.subscriptions(PRESENCE, profile.user_days * profile.devices + profile.messages * profile.reconnects, 0)


def _typing(usage: Usage, profile: Profile) -> None:
    calls = profile.messages * (profile.typing_starts + profile.typing_stops)
    _operations(usage, TYPING, calls, functions=1, response_bytes=_TYPING_BYTES)
    usage.events(TYPING, calls * profile.mean_audience, _TYPING_BYTES)


def _storage(usage: Usage, profile: Profile) -> None:
    """Add stored data: messages twice, replies three times, and point-in-time recovery for every table."""
    stored = profile.messages * profile.months_kept
    messages = stored * (profile.message_bytes + ROW_OVERHEAD)
    reactions = stored * profile.reactions * (_REACTION_BYTES + ROW_OVERHEAD)
    others = rooms(profile) * (_ROOM_BYTES + ROW_OVERHEAD) + profile.users * 2 * ROW_OVERHEAD
    tables = messages + reactions + others
    copies = messages * (1 + profile.reply_share) + reactions
    usage.add(STORAGE, "dynamodb_storage", (tables + copies) / GIGABYTE)
    usage.add(STORAGE, "dynamodb_recovery", tables / GIGABYTE)


@dataclass(frozen=True, slots=True)
class Difference:
    """The cost of an activity in both designs, in dollars per month without the free tier.

    Attributes:
        activity: the activity.
        this_design: dollars in this design.
        baseline: dollars in the baseline.
        reason: why they differ.
    """

    activity: str
    this_design: float
    baseline: float
    reason: str


def compare(this_design: Mapping[str, float], baseline: Mapping[str, float]) -> list[Difference]:
    """Return every activity of either design, the most expensive first.

    Args:
        this_design: dollars by activity.
        baseline: dollars by activity.
    """
    differences = [
        Difference(name, this_design.get(name, 0.0), baseline.get(name, 0.0), REASONS[name])
        for name in {**baseline, **this_design}
    ]
    return sorted(differences, key=lambda row: (-max(row.this_design, row.baseline), row.activity))
