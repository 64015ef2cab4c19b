"""Rules of keeping order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.integration.authorization.rule import KEEPERS, MEMBERS, Rule

if TYPE_CHECKING:
    from tests.integration.authorization.scene import Scene


def about_member(scene: Scene) -> dict[str, Any]:
    """Something about the plain member, with a reason."""
    return {"chatRoomId": scene.room_id, "userId": scene.member_id, "reason": "the matrix"}


RULES = {
    "removeMember": Rule(about_member, KEEPERS),
    "banMember": Rule(about_member, KEEPERS),
    "unbanMember": Rule(lambda scene: {**about_member(scene), "userId": scene.outcast_id}, KEEPERS),
    "muteMember": Rule(lambda scene: {**about_member(scene), "seconds": 60}, KEEPERS),
    "unmuteMember": Rule(about_member, KEEPERS),
    "moderationLog": Rule(lambda scene: {"chatRoomId": scene.room_id}, KEEPERS),
    "reports": Rule(lambda scene: {"chatRoomId": scene.room_id}, KEEPERS),
    "reportMessage": Rule(lambda scene: {"messageId": scene.message_id, "reason": "the matrix"}, MEMBERS),
    "resolveReport": Rule(
        lambda scene: {"chatRoomId": scene.room_id, "reportId": scene.report_id, "resolution": "DISMISSED"}, KEEPERS
    ),
}
