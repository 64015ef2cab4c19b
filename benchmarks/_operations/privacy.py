"""A user's own data, and publications of stored events by the backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case
from benchmarks._operations.room_fixture import LARGE, LATER, NOW, notification_id

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture
    from benchmarks._operations.tables import Row


def forget(fixture: RoomFixture) -> None:
    """Delete all requests."""
    for kind in ("EXPORT", "DELETION"):
        fixture.tables.delete("privacy", userId=fixture.accounts.leaver, kind=kind)


def exported(fixture: RoomFixture) -> None:
    """Add a completed export with one archive."""
    forget(fixture)
    fixture.tables.put("privacy", [_export(fixture.accounts.leaver)])


def _export(user_id: str) -> Row:
    job_id = notification_id(1)
    return {
        "userId": user_id,
        "kind": "EXPORT",
        "jobId": job_id,
        "status": "COMPLETED",
        "createdAt": LATER,
        "completedAt": NOW,
        "roomCount": 1,
        "turn": 1,
        "archives": [{"key": f"exports/{user_id}/{job_id}/chat-export-1.zip", "size": 24_576}],
        "expiresAt": 2_000_000_000,
    }


def reaction(fixture: RoomFixture) -> Row:
    """Return a reaction whose mutation had an incomplete selection."""
    return {
        "messageId": fixture.message_id(),
        "chatRoomId": fixture.room_id,
        "emoji": "👍",
        "userId": fixture.accounts.member,
        "displayName": "Bob",
        "createdAt": NOW,
        "count": 1,
        "revision": 2,
    }


def typing(fixture: RoomFixture) -> Row:
    """Return a typing member whose mutation had an incomplete selection."""
    return {"chatRoomId": fixture.room_id, "userId": fixture.accounts.member, "displayName": "Bob", "expiresAt": NOW}


CASES = (
    Case("myPrivacyJobs", "an export with one archive", lambda _: ("leaver", {}), exported),
    Case("myPrivacyJobs", "no jobs", lambda _: ("leaver", {}), forget),
    Case("exportMyData", "the first time", lambda _: ("leaver", {}), forget),
    Case("exportMyData", "repeated", lambda _: ("leaver", {}), exported),
    # In one room only, the last one that is measured, because it deletes the leaver's account in the background.
    Case("deleteMyAccount", "the first time", lambda _: ("leaver", {}), forget, size=LARGE),
    Case("publishMessageUpdated", "a message", lambda fixture: ("function", {"id": fixture.message_id()})),
    Case("publishMessageDeleted", "a message", lambda fixture: ("function", {"id": fixture.message_id()})),
    Case(
        "publishMemberDeleted",
        "a member",
        lambda fixture: ("function", {"chatRoomId": fixture.room_id, "userId": fixture.bystander_id}),
    ),
    Case("publishMessageCreated", "a message", lambda fixture: ("function", {"id": fixture.message_id()})),
    Case(
        "publishMessageCreated",
        "a reply",
        lambda fixture: ("function", {"id": fixture.message_id(), "threadRootId": fixture.message_id(3)}),
    ),
    Case("publishReactionAdded", "a reaction", lambda fixture: ("function", {"input": reaction(fixture)})),
    Case("publishReactionRemoved", "a reaction", lambda fixture: ("function", {"input": reaction(fixture)})),
    Case(
        "publishMembershipChanged",
        "a member",
        lambda fixture: ("function", {"chatRoomId": fixture.room_id, "userId": fixture.accounts.member}),
    ),
    Case("publishTypingStarted", "a member", lambda fixture: ("function", {"input": typing(fixture)})),
    Case("publishTypingStopped", "a member", lambda fixture: ("function", {"input": typing(fixture)})),
)
