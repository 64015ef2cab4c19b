"""A user's own data, and what the backend publishes of what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks._operations.case import Case
from benchmarks._operations.scene import LARGE, LATER, NOW, notification_id

if TYPE_CHECKING:
    from benchmarks._operations.scene import Scene
    from benchmarks._operations.tables import Row


def forget(scene: Scene) -> None:
    """Nothing was asked for yet."""
    for kind in ("EXPORT", "DELETION"):
        scene.tables.delete("privacy", userId=scene.cast.leaver, kind=kind)


def exported(scene: Scene) -> None:
    """An export is done, and there is one archive."""
    forget(scene)
    scene.tables.put("privacy", [_export(scene.cast.leaver)])


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


def reaction(scene: Scene) -> Row:
    """A reaction that somebody gave without selecting all of it."""
    return {
        "messageId": scene.message_id(),
        "chatRoomId": scene.room_id,
        "emoji": "👍",
        "userId": scene.cast.member,
        "displayName": "Bob",
        "createdAt": NOW,
        "count": 1,
        "revision": 2,
    }


def typing(scene: Scene) -> Row:
    """Somebody who writes, and did not select all of the event."""
    return {"chatRoomId": scene.room_id, "userId": scene.cast.member, "displayName": "Bob", "expiresAt": NOW}


CASES = (
    Case("myPrivacyJobs", "an export with one archive", lambda _: ("leaver", {}), exported),
    Case("myPrivacyJobs", "nothing asked for", lambda _: ("leaver", {}), forget),
    Case("exportMyData", "the first time", lambda _: ("leaver", {}), forget),
    Case("exportMyData", "asked again", lambda _: ("leaver", {}), exported),
    # In one room only, the last one that is measured: it ends the leaver's account, in the background.
    Case("deleteMyAccount", "the first time", lambda _: ("leaver", {}), forget, size=LARGE),
    Case("publishMessageUpdated", "a message", lambda scene: ("function", {"id": scene.message_id()})),
    Case("publishMessageDeleted", "a message", lambda scene: ("function", {"id": scene.message_id()})),
    Case(
        "publishMemberDeleted",
        "a member",
        lambda scene: ("function", {"chatRoomId": scene.room_id, "userId": scene.bystander_id}),
    ),
    Case("publishMessageCreated", "a message", lambda scene: ("function", {"id": scene.message_id()})),
    Case(
        "publishMessageCreated",
        "a reply",
        lambda scene: ("function", {"id": scene.message_id(), "threadRootId": scene.message_id(3)}),
    ),
    Case("publishReactionAdded", "a reaction", lambda scene: ("function", {"input": reaction(scene)})),
    Case("publishReactionRemoved", "a reaction", lambda scene: ("function", {"input": reaction(scene)})),
    Case(
        "publishMembershipChanged",
        "a member",
        lambda scene: ("function", {"chatRoomId": scene.room_id, "userId": scene.cast.member}),
    ),
    Case("publishTypingStarted", "a member", lambda scene: ("function", {"input": typing(scene)})),
    Case("publishTypingStopped", "a member", lambda scene: ("function", {"input": typing(scene)})),
)
