"""Sending, reading and changing messages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks._operations.case import Case, Units
from benchmarks._operations.room_fixture import LARGE, MEDIUM, NOW, PAGE, SMALL, WINDOW
from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.room_fixture import RoomFixture
    from benchmarks._operations.tables import Row

GREETING = "Who waters the tomatoes on Sunday?"
SENT_AGAIN = "9b2f6c1e-3f0d-4f57-9a52-0d4a8c1f7e33"
REPLIES = WINDOW - 1
PLAN = {"name": "plan.pdf", "contentType": "application/pdf", "size": 48_213}


def text(fixture: RoomFixture, **more: object) -> Row:
    """Return the variables of sending a message."""
    message = {"chatRoomId": fixture.room_id, "content": GREETING, "clientMessageId": str(uuid4()), **more}
    return {"input": message}


def window(fixture: RoomFixture, **more: object) -> Row:
    """Return the variables of reading a page of the room."""
    return {"chatRoomId": fixture.room_id, **more}


def sent_before(fixture: RoomFixture) -> None:
    """Make the member the author of the room's last message, with its idempotency record."""
    fixture.change_message(
        0, authorId=fixture.accounts.member, authorName="Bob", clientMessageId=SENT_AGAIN, content=GREETING
    )
    sender = f"{fixture.room_id}#{fixture.accounts.member}"
    marker = {"senderId": sender, "clientMessageId": SENT_AGAIN, "seq": fixture.seq(), "expiresAt": 2_000_000_000}
    fixture.tables.put("deduplication", [marker])


def of_the_member(fixture: RoomFixture, back: int) -> None:
    """Make the member the author of a message."""
    fixture.change_message(back, authorId=fixture.accounts.member, authorName="Bob", content=GREETING)


def thread(fixture: RoomFixture) -> None:
    """Make all messages after the window's oldest one replies to it."""
    fixture.change_message(REPLIES, replyCount=REPLIES, lastReplySeq=fixture.seq(), lastReplyAt=NOW, changes=REPLIES)
    root = fixture.message_id(REPLIES)
    for back in range(REPLIES):
        fixture.change_message(back, threadId=root, replyToId=root)


def attachment(fixture: RoomFixture) -> Row:
    """Return a file that the member has uploaded for the room."""
    key = f"rooms/{fixture.room_id}/{fixture.accounts.member}/01JZZZZZZZ0123456789ABCDEF/plan.pdf"
    return {"key": key, **PLAN}


def illustrated(fixture: RoomFixture) -> None:
    """Add an attachment to a message."""
    fixture.change_message(3, type="FILE", content="The plan.", attachments=[attachment(fixture)])


def everybody_has_read(fixture: RoomFixture) -> None:
    """Mark the room as read by the member."""
    fixture.stand(fixture.accounts.member, displayName="Bob", readSeq=fixture.seq())


CASES = (
    Case(
        "createMessage",
        "a text",
        lambda fixture: ("member", text(fixture)),
        floor=Units(write_units=1),
        budget=Units(write_units=3, read_units=2),
    ),
    Case(
        "createMessage",
        "repeated",
        lambda fixture: ("member", text(fixture, clientMessageId=SENT_AGAIN)),
        sent_before,
    ),
    Case("createMessage", "a reply", lambda fixture: ("member", text(fixture, replyToId=fixture.message_id(3)))),
    Case(
        "createMessage",
        "with 2 mentions",
        lambda fixture: ("member", text(fixture, mentions=[fixture.accounts.owner, fixture.accounts.member])),
        grows="the mentions: half a read unit per mention",
    ),
    Case(
        "createMessage",
        "with a file",
        lambda fixture: ("member", text(fixture, type="FILE", attachments=[attachment(fixture)])),
    ),
    Case(
        "createMessage",
        f"{LIMITS['contentLength']:,} letters",
        lambda fixture: ("member", text(fixture, content="x" * LIMITS["contentLength"])),
        grows="the size of the message: one write unit per KB, rounded up",
    ),
    Case(
        "createMessage",
        "in a room with slow mode",
        lambda fixture: ("member", text(fixture)),
        lambda fixture: fixture.change_room(slowModeSeconds=5),
    ),
    Case(
        "createMessage",
        "in a room that keeps messages for 30 days",
        lambda fixture: ("member", text(fixture)),
        lambda fixture: fixture.change_room(retentionDays=30),
    ),
    Case(
        "updateMessage",
        "a text",
        lambda fixture: (
            "member",
            {"input": {"id": fixture.message_id(3), "content": "On Monday!", "expectedVersion": 1}},
        ),
        lambda fixture: of_the_member(fixture, 3),
    ),
    Case(
        "updateMessage",
        "the last message of the room",
        lambda fixture: ("member", {"input": {"id": fixture.message_id(), "content": "On Monday!"}}),
        lambda fixture: of_the_member(fixture, 0),
    ),
    Case(
        "deleteMessage",
        "an own message",
        lambda fixture: ("member", {"id": fixture.message_id(3)}),
        lambda fixture: of_the_member(fixture, 3),
    ),
    Case(
        "deleteMessage",
        "the last message of the room",
        lambda fixture: ("member", {"id": fixture.message_id()}),
        lambda fixture: of_the_member(fixture, 0),
    ),
    Case(
        "deleteMessage",
        "a message of another user",
        lambda fixture: ("owner", {"id": fixture.message_id(3), "reason": "An advertisement."}),
        lambda fixture: of_the_member(fixture, 3),
    ),
    Case("getMessage", "a text", lambda fixture: ("member", {"id": fixture.message_id()})),
    Case(
        "messagesByRoom",
        f"the newest {PAGE} of 400 bytes",
        lambda fixture: ("member", window(fixture, limit=PAGE)),
        floor=Units(read_units=2.5),
        budget=Units(write_units=0, read_units=4 + 1),
        grows="the page",
        size=LARGE,
    ),
    Case(
        "messagesByRoom",
        f"{PAGE} of 400 bytes, with afterSeq",
        lambda fixture: ("member", window(fixture, limit=PAGE, afterSeq=fixture.seq(PAGE))),
        floor=Units(read_units=5),
        budget=Units(write_units=0, read_units=5 + 1),
        grows="the page",
        size=LARGE,
    ),
    Case("messagesByRoom", "the newest 5", lambda fixture: ("member", window(fixture, limit=5))),
    Case(
        "messagesByRoom",
        "5 with beforeSeq",
        lambda fixture: ("member", window(fixture, limit=5, beforeSeq=fixture.seq())),
    ),
    Case("messagesByRoom", "nothing new", lambda fixture: ("member", window(fixture, afterSeq=fixture.seq()))),
    Case(
        "repliesByMessage",
        f"{REPLIES} replies of 400 bytes",
        lambda fixture: ("member", {"messageId": fixture.message_id(REPLIES), "limit": REPLIES}),
        thread,
        grows="the page",
    ),
    Case(
        "seenBy",
        "in a room of 2",
        lambda fixture: ("owner", {"messageId": fixture.message_id()}),
        everybody_has_read,
        grows=f"the members, up to {LIMITS['seenByMembersMaximum']}",
        size=SMALL,
    ),
    Case(
        "seenBy",
        "in a room of 100",
        lambda fixture: ("owner", {"messageId": fixture.message_id()}),
        everybody_has_read,
        grows=f"the members, up to {LIMITS['seenByMembersMaximum']}",
        size=MEDIUM,
    ),
    Case(
        "markRoomRead", "to the end", lambda fixture: ("member", {"chatRoomId": fixture.room_id, "seq": fixture.seq()})
    ),
    Case(
        "markRoomRead",
        "repeated",
        lambda fixture: ("member", {"chatRoomId": fixture.room_id, "seq": fixture.seq()}),
        everybody_has_read,
    ),
    Case(
        "requestAttachmentUpload",
        "a file",
        lambda fixture: (
            "member",
            {
                "input": {
                    "chatRoomId": fixture.room_id,
                    "name": "plan.pdf",
                    "contentType": "application/pdf",
                    "size": 48_213,
                }
            },
        ),
    ),
    Case(
        "attachmentUrl",
        "a file",
        lambda fixture: ("member", {"messageId": fixture.message_id(3), "index": 0}),
        illustrated,
    ),
)
