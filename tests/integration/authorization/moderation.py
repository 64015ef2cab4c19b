"""Authorization rules of moderation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.integration.authorization.rule import KEEPERS, MEMBERS, Rule

if TYPE_CHECKING:
    from tests.integration.authorization.room_fixture import RoomFixture


def about_member(fixture: RoomFixture) -> dict[str, Any]:
    """Return arguments with the member as the target, and a reason."""
    return {"chatRoomId": fixture.room_id, "userId": fixture.member_id, "reason": "the matrix"}


RULES = {
    "removeMember": Rule(about_member, KEEPERS),
    "banMember": Rule(about_member, KEEPERS),
    "unbanMember": Rule(lambda fixture: {**about_member(fixture), "userId": fixture.outcast_id}, KEEPERS),
    "muteMember": Rule(lambda fixture: {**about_member(fixture), "seconds": 60}, KEEPERS),
    "unmuteMember": Rule(about_member, KEEPERS),
    "moderationLog": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, KEEPERS),
    "reports": Rule(lambda fixture: {"chatRoomId": fixture.room_id}, KEEPERS),
    "reportMessage": Rule(lambda fixture: {"messageId": fixture.message_id, "reason": "the matrix"}, MEMBERS),
    "resolveReport": Rule(
        lambda fixture: {"chatRoomId": fixture.room_id, "reportId": fixture.report_id, "resolution": "DISMISSED"},
        KEEPERS,
    ),
}
