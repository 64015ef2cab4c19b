"""Sending, reading and changing messages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks._operations.case import Case, Units
from benchmarks._operations.scene import LARGE, MEDIUM, NOW, PAGE, SMALL, WINDOW
from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.scene import Scene
    from benchmarks._operations.tables import Row

GREETING = "Who waters the tomatoes on Sunday?"
SENT_AGAIN = "9b2f6c1e-3f0d-4f57-9a52-0d4a8c1f7e33"
REPLIES = WINDOW - 1
PLAN = {"name": "plan.pdf", "contentType": "application/pdf", "size": 48_213}


def text(scene: Scene, **more: object) -> Row:
    """The variables of sending a message."""
    message = {"chatRoomId": scene.room_id, "content": GREETING, "clientMessageId": str(uuid4()), **more}
    return {"input": message}


def window(scene: Scene, **more: object) -> Row:
    """The variables of reading a page of the room."""
    return {"chatRoomId": scene.room_id, **more}


def sent_before(scene: Scene) -> None:
    """The room's last message is the member's, and its marker is there."""
    scene.change_message(0, authorId=scene.cast.member, authorName="Bob", clientMessageId=SENT_AGAIN, content=GREETING)
    sender = f"{scene.room_id}#{scene.cast.member}"
    marker = {"senderId": sender, "clientMessageId": SENT_AGAIN, "seq": scene.seq(), "expiresAt": 2_000_000_000}
    scene.tables.put("deduplication", [marker])


def of_the_member(scene: Scene, back: int) -> None:
    """One of the messages is the member's."""
    scene.change_message(back, authorId=scene.cast.member, authorName="Bob", content=GREETING)


def thread(scene: Scene) -> None:
    """The window's oldest message has replies: all that come after it."""
    scene.change_message(REPLIES, replyCount=REPLIES, lastReplySeq=scene.seq(), lastReplyAt=NOW, changes=REPLIES)
    root = scene.message_id(REPLIES)
    for back in range(REPLIES):
        scene.change_message(back, threadId=root, replyToId=root)


def attachment(scene: Scene) -> Row:
    """A file that the member has uploaded for the room."""
    key = f"rooms/{scene.room_id}/{scene.cast.member}/01JZZZZZZZ0123456789ABCDEF/plan.pdf"
    return {"key": key, **PLAN}


def illustrated(scene: Scene) -> None:
    """One of the messages has an attachment."""
    scene.change_message(3, type="FILE", content="The plan.", attachments=[attachment(scene)])


def everybody_has_read(scene: Scene) -> None:
    """The member has read the room to its end."""
    scene.stand(scene.cast.member, displayName="Bob", readSeq=scene.seq())


CASES = (
    Case(
        "createMessage",
        "a text",
        lambda scene: ("member", text(scene)),
        floor=Units(write_units=1),
        budget=Units(write_units=3, read_units=2),
    ),
    Case("createMessage", "sent again", lambda scene: ("member", text(scene, clientMessageId=SENT_AGAIN)), sent_before),
    Case("createMessage", "a reply", lambda scene: ("member", text(scene, replyToId=scene.message_id(3)))),
    Case(
        "createMessage",
        "with 2 mentions",
        lambda scene: ("member", text(scene, mentions=[scene.cast.owner, scene.cast.member])),
        grows="the mentions: half a read unit each",
    ),
    Case(
        "createMessage",
        "with a file",
        lambda scene: ("member", text(scene, type="FILE", attachments=[attachment(scene)])),
    ),
    Case(
        "createMessage",
        f"{LIMITS['contentLength']:,} letters",
        lambda scene: ("member", text(scene, content="x" * LIMITS["contentLength"])),
        grows="the size of the message: a write unit for each KB begun",
    ),
    Case(
        "createMessage",
        "in a room with slow mode",
        lambda scene: ("member", text(scene)),
        lambda scene: scene.change_room(slowModeSeconds=5),
    ),
    Case(
        "createMessage",
        "in a room that keeps messages for 30 days",
        lambda scene: ("member", text(scene)),
        lambda scene: scene.change_room(retentionDays=30),
    ),
    Case(
        "updateMessage",
        "a text",
        lambda scene: ("member", {"input": {"id": scene.message_id(3), "content": "On Monday!", "expectedVersion": 1}}),
        lambda scene: of_the_member(scene, 3),
    ),
    Case(
        "updateMessage",
        "the room's last one",
        lambda scene: ("member", {"input": {"id": scene.message_id(), "content": "On Monday!"}}),
        lambda scene: of_the_member(scene, 0),
    ),
    Case(
        "deleteMessage",
        "one's own",
        lambda scene: ("member", {"id": scene.message_id(3)}),
        lambda scene: of_the_member(scene, 3),
    ),
    Case(
        "deleteMessage",
        "the room's last one",
        lambda scene: ("member", {"id": scene.message_id()}),
        lambda scene: of_the_member(scene, 0),
    ),
    Case(
        "deleteMessage",
        "somebody else's",
        lambda scene: ("owner", {"id": scene.message_id(3), "reason": "An advertisement."}),
        lambda scene: of_the_member(scene, 3),
    ),
    Case("getMessage", "a text", lambda scene: ("member", {"id": scene.message_id()})),
    Case(
        "messagesByRoom",
        f"the newest {PAGE} of 400 bytes",
        lambda scene: ("member", window(scene, limit=PAGE)),
        floor=Units(read_units=2.5),
        budget=Units(write_units=0, read_units=4 + 1),
        grows="the page",
        size=LARGE,
    ),
    Case(
        "messagesByRoom",
        f"{PAGE} of 400 bytes, with afterSeq",
        lambda scene: ("member", window(scene, limit=PAGE, afterSeq=scene.seq(PAGE))),
        floor=Units(read_units=5),
        budget=Units(write_units=0, read_units=5 + 1),
        grows="the page",
        size=LARGE,
    ),
    Case("messagesByRoom", "the newest 5", lambda scene: ("member", window(scene, limit=5))),
    Case(
        "messagesByRoom",
        "5 with beforeSeq",
        lambda scene: ("member", window(scene, limit=5, beforeSeq=scene.seq())),
    ),
    Case("messagesByRoom", "nothing new", lambda scene: ("member", window(scene, afterSeq=scene.seq()))),
    Case(
        "repliesByMessage",
        f"{REPLIES} replies of 400 bytes",
        lambda scene: ("member", {"messageId": scene.message_id(REPLIES), "limit": REPLIES}),
        thread,
        grows="the page",
    ),
    Case(
        "seenBy",
        "in a room of 2",
        lambda scene: ("owner", {"messageId": scene.message_id()}),
        everybody_has_read,
        grows=f"the members, up to {LIMITS['seenByMembersMaximum']}",
        size=SMALL,
    ),
    Case(
        "seenBy",
        "in a room of 100",
        lambda scene: ("owner", {"messageId": scene.message_id()}),
        everybody_has_read,
        grows=f"the members, up to {LIMITS['seenByMembersMaximum']}",
        size=MEDIUM,
    ),
    Case("markRoomRead", "to the end", lambda scene: ("member", {"chatRoomId": scene.room_id, "seq": scene.seq()})),
    Case(
        "markRoomRead",
        "again",
        lambda scene: ("member", {"chatRoomId": scene.room_id, "seq": scene.seq()}),
        everybody_has_read,
    ),
    Case(
        "requestAttachmentUpload",
        "a file",
        lambda scene: (
            "member",
            {
                "input": {
                    "chatRoomId": scene.room_id,
                    "name": "plan.pdf",
                    "contentType": "application/pdf",
                    "size": 48_213,
                }
            },
        ),
    ),
    Case(
        "attachmentUrl", "a file", lambda scene: ("member", {"messageId": scene.message_id(3), "index": 0}), illustrated
    ),
)
