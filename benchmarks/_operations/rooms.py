"""Finding, opening and changing rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case, Units
from benchmarks._operations.list_fixtures import notify
from benchmarks._operations.room_fixture import NOW, PAGE
from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture


def direct_room_of(first: str, second: str) -> str:
    """Return the id of the direct room of two users."""
    return ":".join(("direct", *sorted((first, second))))


def talked_before(fixture: RoomFixture) -> None:
    """Create the direct room of the member and the guest."""
    users = sorted((fixture.accounts.member, fixture.accounts.guest))
    room_id = direct_room_of(*users)
    room = {
        "roomId": room_id,
        "name": "Bob, Carol",
        "visibility": "DIRECT",
        "directUserIds": users,
        "createdBy": fixture.accounts.member,
        "memberCount": 2,
        "ownerCount": 0,
        "lastSeq": 0,
        "version": 1,
        "createdAt": NOW,
    }
    fixture.tables.put("rooms", [room])
    fixture.tables.put("memberships", [{**fixture.membership(user), "roomId": room_id} for user in users])


CASES = (
    Case("me", "the profile", lambda _: ("guest", {})),
    Case(
        "me",
        "with 100 unread notifications",
        lambda _: ("collector", {}),
        notify,
        grows=f"the unread notifications, up to {LIMITS['countedNotifications']}",
    ),
    Case("getChatRoom", "by a member", lambda fixture: ("member", {"id": fixture.room_id})),
    Case("getChatRoom", "by a non-member", lambda fixture: ("guest", {"id": fixture.room_id})),
    Case(
        "listChatRooms",
        f"a page of {PAGE}",
        lambda _: ("guest", {"limit": PAGE}),
        grows="the page: half a read unit per room",
    ),
    Case(
        "myChatRooms",
        f"{PAGE} rooms",
        lambda _: ("collector", {"limit": PAGE}),
        floor=Units(read_units=2),
        budget=Units(write_units=0, read_units=27),
        grows="the page: half a read unit per room",
    ),
    Case(
        "myInvitations",
        f"{PAGE} invitations",
        lambda _: ("invitee", {"limit": PAGE}),
        grows="the page: half a read unit per invitation",
    ),
    Case(
        "createChatRoom",
        "a public one",
        lambda _: ("member", {"input": {"name": "Gardeners", "description": "Who waters what, and when."}}),
    ),
    Case(
        "createChatRoom",
        "a private one",
        lambda _: ("member", {"input": {"name": "Gardeners", "visibility": "PRIVATE"}}),
    ),
    Case("openDirectRoom", "a new one", lambda fixture: ("member", {"userId": fixture.bystander_id})),
    Case(
        "openDirectRoom",
        "an existing room",
        lambda fixture: ("member", {"userId": fixture.accounts.guest}),
        talked_before,
    ),
)

CHANGES = (
    Case(
        "updateChatRoom",
        "a setting",
        lambda fixture: ("owner", {"input": {"id": fixture.room_id, "slowModeSeconds": 10, "expectedVersion": 1}}),
    ),
    Case(
        "updateChatRoom",
        "from public to private",
        lambda fixture: ("owner", {"input": {"id": fixture.room_id, "visibility": "PRIVATE"}}),
    ),
    Case(
        "archiveChatRoom",
        "a public one",
        lambda fixture: ("owner", {"id": fixture.room_id, "reason": "The season is over."}),
    ),
)
