"""Joining, leaving, and moderation actions on members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case, Units
from benchmarks._operations.room_fixture import LARGE, LATER, PAGE

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture
    from benchmarks._operations.tables import Row


def room(fixture: RoomFixture) -> Row:
    """Return the variables of an operation on the room."""
    return {"chatRoomId": fixture.room_id}


def act(fixture: RoomFixture, **more: object) -> Row:
    """Return the variables of a moderation action on the member."""
    return {**room(fixture), "userId": fixture.accounts.member, "reason": "Advertisements, again.", **more}


CASES = (
    Case("roomMembers", "2 members", lambda fixture: ("member", {**room(fixture), "limit": 2})),
    Case(
        "roomMembers",
        f"a page of {PAGE}",
        lambda fixture: ("member", {**room(fixture), "limit": PAGE}),
        grows="the page",
        size=LARGE,
    ),
)

CHANGES = (
    Case(
        "joinChatRoom",
        "a public room",
        lambda fixture: ("guest", room(fixture)),
        floor=Units(write_units=1),
        budget=Units(write_units=3, read_units=1),
    ),
    Case(
        "joinChatRoom",
        "by invitation",
        lambda fixture: ("guest", room(fixture)),
        lambda fixture: fixture.stand(fixture.accounts.guest, state="INVITED", invitedBy=fixture.accounts.owner),
        floor=Units(write_units=1),
        budget=Units(write_units=3, read_units=1),
    ),
    Case("joinChatRoom", "repeated", lambda fixture: ("member", room(fixture))),
    Case("leaveChatRoom", "a member", lambda fixture: ("member", room(fixture))),
    Case("inviteToChatRoom", "a user", lambda fixture: ("member", {**room(fixture), "userId": fixture.bystander_id})),
    Case(
        "setMemberRole", "to moderator", lambda fixture: ("owner", act(fixture, role="MODERATOR", reason="Keeps calm."))
    ),
    Case("setMemberRole", "to owner", lambda fixture: ("owner", act(fixture, role="OWNER", reason="Takes over."))),
    Case("removeMember", "a member", lambda fixture: ("owner", act(fixture))),
    Case("banMember", "a member", lambda fixture: ("owner", act(fixture))),
    Case("banMember", "a stranger", lambda fixture: ("owner", act(fixture, userId=fixture.bystander_id))),
    Case(
        "unbanMember",
        "a banned user",
        lambda fixture: ("owner", act(fixture, reason="Has promised.")),
        lambda fixture: fixture.stand(fixture.accounts.member, displayName="Bob", state="BANNED"),
    ),
    Case("muteMember", "for an hour", lambda fixture: ("owner", act(fixture, seconds=3600))),
    Case(
        "unmuteMember",
        "a muted member",
        lambda fixture: ("owner", act(fixture, reason="Has promised.")),
        lambda fixture: fixture.stand(fixture.accounts.member, displayName="Bob", mutedUntil=LATER),
    ),
)
