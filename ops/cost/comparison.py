"""The load on both designs, activity by activity, with the reason for each difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.cost import chat, streams
from ops.cost.storage import KEEPING

if TYPE_CHECKING:
    from ops.cost.bill import Bill

REASONS = {
    chat.SENDING: "the sample writes a message and its index entry; here it is sent once whatever is repeated, in one "
    "order, by a member: 1 W and 2 R more, and clients hear it in rooms that they do not show. "
    "The sample logs it in full",
    chat.OPENING: "here each subscription checks membership (1 R) and a client that shows everything starts 9 for a "
    "room, the sample's 3; here the room is marked as read (2 W) and presence is listed. The sample logs every page",
    chat.READING: "the sample logs every page that is read; here membership is checked",
    chat.GAPS: "AppSync may lose an event: here the room that is open is read again every 5 minutes and after each "
    "reconnection; the sample's client reads a page when it reconnects, and never notices a loss",
    chat.LISTING: "the sample scans the first 50 of all rooms, members inside, and logs them; here it is one's own "
    "rooms, with unread counts, and the client listens to them",
    chat.PRESENCE: "here every device is heard each minute and the room that it shows is told; the sample writes on "
    "changes only, but tells everybody who is connected: users times users",
    chat.TYPING: "the sample calls a Lambda function and logs the event; here no function is called and nothing is "
    "stored, but membership is read",
    chat.REACTING: "the sample has no edits and no deletions; a reaction is a row and an index entry there, and part "
    "of the message here",
    chat.FILES: "the sample has no attachments",
    chat.JOINING: "the sample calls a Lambda function",
    streams.NOTIFYING: "the sample has no notifications",
    streams.TELLING: "the sample does not say who comes and goes",
    streams.SWEEPING: "in the sample nobody goes offline who does not say so",
    KEEPING: "the sample stores each message twice; here an index holds replies only",
    chat.FIXED: "the sample has no alarms, no dashboard and no metrics of resolvers",
    chat.SIGNING_IN: "the same",
    chat.CONNECTING: "the same",
}
"""Why an activity does not cost the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One activity on both designs, in dollars a month at full price."""

    activity: str
    here: float
    sample: float
    reason: str


def compare(here: Bill, sample: Bill) -> list[Difference]:
    """Return every activity of either, the dearest first."""
    activities = {**sample.activities, **here.activities}
    differences = [
        Difference(name, here.activities.get(name, 0.0), sample.activities.get(name, 0.0), REASONS[name])
        for name in activities
    ]
    return sorted(differences, key=lambda one: (-max(one.here, one.sample), one.activity))
