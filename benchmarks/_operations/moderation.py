"""Reports and the moderation log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case
from benchmarks._operations.scene import NOW, PAGE, crowd

if TYPE_CHECKING:
    from benchmarks._operations.scene import Scene
    from benchmarks._operations.tables import Row


def report(scene: Scene, number: int) -> Row:
    """A report of the owner's last message, by one of the crowd."""
    reporter = crowd(number)
    return {
        "roomId": scene.room_id,
        "reportId": f"{scene.seq():010}:{reporter}",
        "seq": scene.seq(),
        "authorId": scene.cast.owner,
        "reporterId": reporter,
        "reporterName": "Robin",
        "reason": "This is an advertisement.",
        "status": "OPEN",
        "createdAt": NOW,
    }


def reported(scene: Scene) -> None:
    """There is a page of open reports."""
    scene.tables.put("reports", [report(scene, number) for number in range(PAGE)])


def logged(scene: Scene) -> None:
    """There is a page of acts in the log."""
    rows = [
        {
            "roomId": scene.room_id,
            "auditId": f"01JZZZZZZZ{number:016}",
            "action": "MEMBER_MUTED",
            "actorId": scene.cast.owner,
            "actorName": "Alice",
            "userId": scene.cast.member,
            "reason": "Advertisements, again.",
            "changes": [{"name": "mutedUntil", "value": NOW}],
            "createdAt": NOW,
        }
        for number in range(PAGE)
    ]
    scene.tables.put("audit", rows)


CASES = (
    Case(
        "reportMessage",
        "a message",
        lambda scene: ("member", {"messageId": scene.message_id(3), "reason": "This is an advertisement."}),
    ),
    Case(
        "reports",
        f"a page of {PAGE}",
        lambda scene: ("owner", {"chatRoomId": scene.room_id, "limit": PAGE}),
        reported,
        grows="the page",
    ),
    Case(
        "resolveReport",
        "an open one",
        lambda scene: (
            "owner",
            {"chatRoomId": scene.room_id, "reportId": report(scene, 0)["reportId"], "resolution": "DISMISSED"},
        ),
        reported,
    ),
    Case(
        "moderationLog",
        f"a page of {PAGE}",
        lambda scene: ("owner", {"chatRoomId": scene.room_id, "limit": PAGE}),
        logged,
        grows="the page",
    ),
)
