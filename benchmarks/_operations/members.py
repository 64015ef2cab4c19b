"""Joining, leaving, and acts of moderation on members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case, Units
from benchmarks._operations.scene import LARGE, LATER, PAGE

if TYPE_CHECKING:
    from benchmarks._operations.scene import Scene
    from benchmarks._operations.tables import Row


def room(scene: Scene) -> Row:
    """The variables of an operation on the room."""
    return {"chatRoomId": scene.room_id}


def act(scene: Scene, **more: object) -> Row:
    """The variables of an act on the member."""
    return {**room(scene), "userId": scene.cast.member, "reason": "Advertisements, again.", **more}


CASES = (
    Case("roomMembers", "2 members", lambda scene: ("member", {**room(scene), "limit": 2})),
    Case(
        "roomMembers",
        f"a page of {PAGE}",
        lambda scene: ("member", {**room(scene), "limit": PAGE}),
        grows="the page",
        size=LARGE,
    ),
)

CHANGES = (
    Case(
        "joinChatRoom",
        "a public room",
        lambda scene: ("guest", room(scene)),
        floor=Units(write_units=1),
        budget=Units(write_units=3, read_units=1),
    ),
    Case(
        "joinChatRoom",
        "by invitation",
        lambda scene: ("guest", room(scene)),
        lambda scene: scene.stand(scene.cast.guest, state="INVITED", invitedBy=scene.cast.owner),
        floor=Units(write_units=1),
        budget=Units(write_units=3, read_units=1),
    ),
    Case("joinChatRoom", "again", lambda scene: ("member", room(scene))),
    Case("leaveChatRoom", "a member", lambda scene: ("member", room(scene))),
    Case("inviteToChatRoom", "a user", lambda scene: ("member", {**room(scene), "userId": scene.bystander_id})),
    Case("setMemberRole", "to moderator", lambda scene: ("owner", act(scene, role="MODERATOR", reason="Keeps calm."))),
    Case("setMemberRole", "to owner", lambda scene: ("owner", act(scene, role="OWNER", reason="Takes over."))),
    Case("removeMember", "a member", lambda scene: ("owner", act(scene))),
    Case("banMember", "a member", lambda scene: ("owner", act(scene))),
    Case("banMember", "a stranger", lambda scene: ("owner", act(scene, userId=scene.bystander_id))),
    Case(
        "unbanMember",
        "a banned user",
        lambda scene: ("owner", act(scene, reason="Has promised.")),
        lambda scene: scene.stand(scene.cast.member, displayName="Bob", state="BANNED"),
    ),
    Case("muteMember", "for an hour", lambda scene: ("owner", act(scene, seconds=3600))),
    Case(
        "unmuteMember",
        "a muted member",
        lambda scene: ("owner", act(scene, reason="Has promised.")),
        lambda scene: scene.stand(scene.cast.member, displayName="Bob", mutedUntil=LATER),
    ),
)
