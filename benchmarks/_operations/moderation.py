"""Reports and the moderation log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case
from benchmarks._operations.room_fixture import NOW, PAGE, other_member_id

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture
    from benchmarks._operations.tables import Row


def report(fixture: RoomFixture, number: int) -> Row:
    """Add a report of the owner's last message by another member."""
    reporter = other_member_id(number)
    return {
        "roomId": fixture.room_id,
        "reportId": f"{fixture.seq():010}:{reporter}",
        "seq": fixture.seq(),
        "authorId": fixture.accounts.owner,
        "reporterId": reporter,
        "reporterName": "Robin",
        "reason": "This is an advertisement.",
        "status": "OPEN",
        "createdAt": NOW,
    }


def reported(fixture: RoomFixture) -> None:
    """Add a page of open reports."""
    fixture.tables.put("reports", [report(fixture, number) for number in range(PAGE)])


def logged(fixture: RoomFixture) -> None:
    """Add a page of entries to the moderation log."""
    rows = [
        {
            "roomId": fixture.room_id,
            "auditId": f"01JZZZZZZZ{number:016}",
            "action": "MEMBER_MUTED",
            "actorId": fixture.accounts.owner,
            "actorName": "Alice",
            "userId": fixture.accounts.member,
            "reason": "Advertisements, again.",
            "changes": [{"name": "mutedUntil", "value": NOW}],
            "createdAt": NOW,
        }
        for number in range(PAGE)
    ]
    fixture.tables.put("audit", rows)


CASES = (
    Case(
        "reportMessage",
        "a message",
        lambda fixture: ("member", {"messageId": fixture.message_id(3), "reason": "This is an advertisement."}),
    ),
    Case(
        "reports",
        f"a page of {PAGE}",
        lambda fixture: ("owner", {"chatRoomId": fixture.room_id, "limit": PAGE}),
        reported,
        grows="the page",
    ),
    Case(
        "resolveReport",
        "an open one",
        lambda fixture: (
            "owner",
            {"chatRoomId": fixture.room_id, "reportId": report(fixture, 0)["reportId"], "resolution": "DISMISSED"},
        ),
        reported,
    ),
    Case(
        "moderationLog",
        f"a page of {PAGE}",
        lambda fixture: ("owner", {"chatRoomId": fixture.room_id, "limit": PAGE}),
        logged,
        grows="the page",
    ),
)
