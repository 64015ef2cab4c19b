"""Authorization rules of uploads and downloads."""

from __future__ import annotations

from tests.integration.authorization.rule import MEMBERS, Rule

FILE = {"name": "a.png", "contentType": "image/png", "size": 3}

RULES = {
    "requestAttachmentUpload": Rule(lambda fixture: {"input": {"chatRoomId": fixture.room_id, **FILE}}, MEMBERS),
    # The prepared message has no attachment: members get NotFound.
    "attachmentUrl": Rule(
        lambda fixture: {"messageId": fixture.message_id, "index": 0},
        frozenset(),
        refused=dict.fromkeys(MEMBERS, "NotFound"),
    ),
}
